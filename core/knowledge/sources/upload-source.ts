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

/** Where a person's file of a name lies. */
export function uploadPath(personId: string, name: string): string {
  const file = printablePath(name.split(/[/\\]/).pop() ?? '').replace(/^\.+/, '');
  return `uploads/${personId}/${file.slice(-MAX_NAME) || 'unnamed'}`;
}

/** Id of the source that a person's uploads are. */
export const sourceOfUploads = (personId: string): string => `upload:${personId}`;

/**
 * One file that a person sent. The content has to be what the name says. Its path is the person's own, so that nobody can
 * replace another's document by a name; the same name again is the next version.
 */
export function uploadSource({ name, bytes, personId, at }: Upload): DocumentSource {
  const path = uploadPath(personId, name);
  return {
    id: sourceOfUploads(personId),
    whole: false,
    async *entries() {
      yield { path, read: async () => ({ bytes, modifiedAt: at }) };
    },
  };
}
