import type { DocumentSource } from '../ingest/document-source.js';
import { printablePath } from '../ingest/text-cleaning.js';

export interface Upload {
  /** The file's name as the sender's machine knows it; folders in it are dropped. */
  name: string;
  bytes: Uint8Array;
  personId: string;
  at: Date;
}

const MAX_NAME = 120;

/**
 * One file that a person sent. The content has to be what the name says. Its path is the person's own, so that nobody can
 * replace another's document by a name; the same name again is the next version.
 */
export function uploadSource({ name, bytes, personId, at }: Upload): DocumentSource {
  const file = printablePath(name.split(/[/\\]/).pop() ?? '').replace(/^\.+/, '');
  const path = `uploads/${personId}/${file.slice(-MAX_NAME) || 'unnamed'}`;
  return {
    id: `upload:${personId}`,
    whole: false,
    async *entries() {
      yield { path, read: async () => ({ bytes, modifiedAt: at }) };
    },
  };
}
