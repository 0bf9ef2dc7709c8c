import { InvalidInput } from '../../core/kernel/errors.js';
import type { HttpRequest } from '../../core/kernel/http-route.js';
import { hasUtf16Mark } from '../../core/knowledge/ingest/file-kind.js';
import { parseClientActivity, type ClientActivity } from './receive.js';

/** All files of one upload together; Direct Line itself takes 4 MB per file. */
export const MAX_UPLOAD_BYTES = 4 * 1_048_576;
const MAX_FILES = 10;

export interface UploadedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

export interface Upload {
  activity: ClientActivity;
  files: UploadedFile[];
}

/**
 * Reads an upload: one file as the body, or multipart with files and perhaps an activity of the type
 * `application/vnd.microsoft.activity`.
 * @throws InvalidInput for a body that cannot be read and for a file that is not what its name says.
 */
export async function parseUpload(request: HttpRequest): Promise<Upload> {
  const contentType = request.headers['content-type'] ?? '';
  const upload = /^multipart\/form-data\b/i.test(contentType)
    ? await parseMultipart(request.bytes, contentType)
    : singleFile(request, contentType);
  if (upload.files.length === 0) throw new InvalidInput('web.no-file', 'The upload holds no file.');
  if (upload.files.length > MAX_FILES) {
    throw new InvalidInput('web.too-many-files', `Send at most ${MAX_FILES} files at once.`);
  }
  for (const file of upload.files) checkContent(file);
  return upload;
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<Upload> {
  const files: UploadedFile[] = [];
  let activity: ClientActivity = parseClientActivity({ type: 'message' });
  for (const part of await readParts(bytes, contentType)) {
    if (part.contentType === 'application/vnd.microsoft.activity') {
      activity = parseClientActivity(parseJson(part.bytes.toString('utf8')));
    } else {
      files.push(part);
    }
  }
  return { activity, files };
}

async function readParts(bytes: Buffer, contentType: string): Promise<UploadedFile[]> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    const parts: UploadedFile[] = [];
    for (const [name, value] of form) {
      const isText = typeof value === 'string';
      // A part without a file name counts as the activity when that is its field.
      const type = isText && name === 'activity' ? 'application/vnd.microsoft.activity' : 'text/plain';
      parts.push({
        name: safeName(isText ? name : value.name),
        contentType: isText ? type : value.type || 'application/octet-stream',
        bytes: isText ? Buffer.from(value, 'utf8') : Buffer.from(await value.arrayBuffer()),
      });
    }
    return parts;
  } catch (error) {
    throw new InvalidInput('web.bad-multipart', 'The multipart body cannot be read.', { cause: error });
  }
}

function singleFile(request: HttpRequest, contentType: string): Upload {
  const disposition = request.headers['content-disposition'] ?? '';
  const name = /filename\*?="?(?:UTF-8'')?([^";]+)/i.exec(disposition)?.[1] ?? 'file';
  return {
    activity: parseClientActivity({ type: 'message' }),
    files:
      request.bytes.length === 0
        ? []
        : [
            {
              name: safeName(name),
              contentType: contentType.split(';')[0]?.trim() || 'application/octet-stream',
              bytes: request.bytes,
            },
          ],
  };
}

/** Only the last part of a path, without control characters. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return (
    last
      .replace(/[\p{Cc}"]/gu, '')
      .trim()
      .slice(0, 200) || 'file'
  );
}

/** How files of a kind begin. Text kinds are told by what they must not hold. */
const BEGINNINGS: Record<string, string[]> = {
  pdf: ['25504446'],
  png: ['89504e470d0a1a0a'],
  jpg: ['ffd8ff'],
  jpeg: ['ffd8ff'],
  gif: ['474946383761', '474946383961'],
  docx: ['504b0304', '504b0506'],
  xlsx: ['504b0304', '504b0506'],
  pptx: ['504b0304', '504b0506'],
  zip: ['504b0304', '504b0506'],
};
const TEXT_KINDS = new Set(['txt', 'md', 'csv', 'html', 'htm', 'json', 'yaml', 'yml', 'xml', 'log']);

function checkContent({ name, bytes }: UploadedFile): void {
  const extension = name.includes('.') ? (name.split('.').at(-1) ?? '').toLowerCase() : '';
  const beginnings = Object.hasOwn(BEGINNINGS, extension) ? (BEGINNINGS[extension] ?? []) : undefined;
  const start = bytes.subarray(0, 8).toString('hex');
  const isWrong =
    (beginnings && !beginnings.some((beginning) => start.startsWith(beginning))) ||
    (TEXT_KINDS.has(extension) && bytes.includes(0) && !hasUtf16Mark(bytes));
  if (isWrong) {
    throw new InvalidInput(
      'web.not-what-it-says',
      `The file does not hold what the ending .${extension} says.`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidInput('web.bad-json', 'The activity in the upload is not JSON.', { cause: error });
  }
}
