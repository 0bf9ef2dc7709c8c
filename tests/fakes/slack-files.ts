type Json = Record<string, unknown>;

/** A file that a bot uploads: its place is given out, its bytes come, it is completed, and looked at a moment later. */
interface Upload {
  name: string;
  length: number;
  bytes?: Buffer;
  isComplete: boolean;
  /** How often somebody has asked; its kind is told from the second time on. */
  looks: number;
}

/** Slack's three steps of an upload, and what an image block may show of it. */
export interface SlackFiles {
  methods: Record<string, (args: Json) => Json>;
  /** Takes the bytes of an upload. @returns the status. */
  take(path: string, bytes: Buffer): number;
  /** What Slack says of an upload; undefined for a file that was not uploaded by a bot. */
  info(id: string): Json | undefined;
  /** Whether a message may show it. */
  isReady(id: string): boolean;
  /** The bytes of what was uploaded and completed. */
  readonly uploaded: { name: string; bytes: Buffer }[];
}

export function createSlackFiles(base: () => string): SlackFiles {
  const uploads = new Map<string, Upload>();
  const idOf = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    methods: {
      'files.getUploadURLExternal': ({ filename, length }) => {
        if (idOf(filename) === '' || !(Number(length) > 0)) return { ok: false, error: 'invalid_arguments' };
        const id = `F0UPLOAD${String(uploads.size + 1).padStart(3, '0')}`;
        uploads.set(id, { name: idOf(filename), length: Number(length), isComplete: false, looks: 0 });
        return { ok: true, upload_url: `${base()}/upload/v1/${id}`, file_id: id };
      },
      'files.completeUploadExternal': ({ files }) => {
        const named = (Array.isArray(files) ? files : []) as Json[];
        const found = named.map(({ id }) => uploads.get(idOf(id)));
        if (found.length === 0 || found.some((upload) => !upload?.bytes))
          return { ok: false, error: 'file_not_found' };
        for (const upload of found) if (upload) upload.isComplete = true;
        return { ok: true, files: named };
      },
    },
    take: (path, bytes) => {
      const upload = uploads.get(path.split('/').at(-1) ?? '');
      if (!upload) return 404;
      if (bytes.length !== upload.length) return 400;
      upload.bytes = bytes;
      return 200;
    },
    info: (id) => {
      const upload = uploads.get(id);
      if (!upload?.isComplete) return undefined;
      upload.looks += 1;
      return { ok: true, file: { id, name: upload.name, mimetype: upload.looks > 1 ? 'image/png' : '' } };
    },
    isReady: (id) => (uploads.get(id)?.looks ?? 0) > 1,
    get uploaded() {
      return [...uploads.values()].flatMap(({ name, bytes, isComplete }) =>
        bytes && isComplete ? [{ name, bytes }] : [],
      );
    },
  };
}
