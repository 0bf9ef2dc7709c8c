import { reason, type Reason } from './reason.js';
import { NothingInIt, Unreadable } from './unreadable.js';

export type FileKind = 'markdown' | 'html' | 'text' | 'csv' | 'pdf' | 'docx' | 'pptx' | 'xlsx';

const KIND_OF_EXTENSION: Record<string, FileKind> = {
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  mdown: 'markdown',
  mkd: 'markdown',
  qmd: 'markdown',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  txt: 'text',
  text: 'text',
  rst: 'text',
  csv: 'csv',
  tsv: 'csv',
  pdf: 'pdf',
  docx: 'docx',
  pptx: 'pptx',
  xlsx: 'xlsx',
};

const LEGACY_OFFICE = new Set(['doc', 'ppt', 'xls']);

/** Documents that an office program saves in a form that is read. */
const CONVERTIBLE = new Set([
  'rtf',
  'odt',
  'odp',
  'ods',
  'epub',
  'eml',
  'msg',
  'pages',
  'numbers',
  'tex',
  'adoc',
]);

/** Why a file of a kind that is not read is left out. */
export function notRead(name: string): Reason {
  const extension = extensionOf(name);
  if (!extension) return reason('kind-none');
  if (LEGACY_OFFICE.has(extension)) return reason('kind-old-office', { extension });
  return reason(CONVERTIBLE.has(extension) ? 'kind-convertible' : 'kind-not-read', { extension });
}

/** The kinds that are kept as text and have the smaller size limit. */
export const isTextKind = (kind: FileKind): boolean =>
  kind === 'markdown' || kind === 'html' || kind === 'text' || kind === 'csv';

/** The kind that a name promises; undefined when Steward does not read such files. */
export function kindOfName(name: string): FileKind | undefined {
  return KIND_OF_EXTENSION[extensionOf(name)];
}

/** Lower-case extension without its dot; empty for names such as `README` or `.env`. */
export function extensionOf(name: string): string {
  return /[^/]\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

const startsWith = (bytes: Uint8Array, signature: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + signature.length)).toString('latin1') === signature;

/** Signatures of what is often found under a text file's name, by names that are the same in every language. */
const BINARY_SIGNATURES: [signature: string, what: string][] = [
  ['%PDF-', 'PDF'],
  ['PK\u0003\u0004', 'ZIP/Office'],
  ['PK\u0005\u0006', 'ZIP'],
  ['\u00d0\u00cf\u0011\u00e0', 'Office 97–2003'],
  ['\u0089PNG', 'PNG'],
  ['\u00ff\u00d8\u00ff', 'JPEG'],
  ['GIF8', 'GIF'],
  ['\u007fELF', 'ELF'],
  ['MZ\u0090', 'EXE'],
  ['\u001f\u008b', 'gzip'],
  ['7z\u00bc\u00af', '7-Zip'],
  ['Rar!', 'RAR'],
  ['SQLite format 3', 'SQLite'],
];

function binarySignature(bytes: Uint8Array): string | undefined {
  return BINARY_SIGNATURES.find(([signature]) => startsWith(bytes, signature))?.[1];
}

/** Programs of Windows write text of two bytes a letter, and say so first. */
export const hasUtf16Mark = (bytes: Uint8Array): boolean =>
  startsWith(bytes, '\u00ff\u00fe') || startsWith(bytes, '\u00fe\u00ff');

/**
 * Checks that the bytes are what the name promises.
 * @throws Unreadable with the line for the report.
 */
export function checkedKind(name: string, bytes: Uint8Array): FileKind {
  const kind = kindOfName(name);
  if (!kind) {
    throw new Unreadable(notRead(name));
  }
  if (bytes.byteLength === 0) throw new NothingInIt(reason('empty'));
  const found = binarySignature(bytes);
  if (kind === 'pdf') {
    // A PDF may begin with up to 1,024 bytes of something else (ISO 32000-1, appendix H.3.4.1).
    if (!Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) throw mismatch('PDF', found);
    return kind;
  }
  if (kind === 'docx' || kind === 'pptx' || kind === 'xlsx') {
    if (startsWith(bytes, '\u00d0\u00cf\u0011\u00e0')) {
      throw new Unreadable(reason('office-encrypted-or-old'));
    }
    if (!startsWith(bytes, 'PK\u0003\u0004')) throw mismatch(kind.toUpperCase(), found);
    return kind;
  }
  if (found) throw new Unreadable(reason('content-no-text', { found }));
  if (!hasUtf16Mark(bytes) && looksBinary(bytes)) {
    throw new Unreadable(reason('content-binary'));
  }
  return kind;
}

const mismatch = (promised: string, found: string | undefined): Unreadable =>
  new Unreadable(
    found ? reason('content-other', { promised, found }) : reason('content-unknown', { promised }),
  );

/** NUL bytes, or more than a tenth of control characters in the first 8 KB, do not occur in text. */
function looksBinary(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 8192);
  let control = 0;
  for (const byte of head) {
    if (byte === 0) return true;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control += 1;
  }
  return control > head.length / 10;
}
