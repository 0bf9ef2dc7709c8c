import type { PassageView } from '../adapters/web/index.js';
import type { Person } from '../core/kernel/person.js';
import { readerMayRead, readerOf } from '../core/knowledge/access.js';
import type { DocumentStore } from '../core/knowledge/document-store.js';

/** How many passages are shown before and after the cited one. */
const AROUND = 2;

/** A passage with what stands around it, for a person who may read it; undefined otherwise. */
export async function viewPassage(
  documents: DocumentStore,
  person: Person,
  documentId: string,
  passageId: string,
): Promise<PassageView | undefined> {
  const stored = await documents.get(documentId);
  const passage = stored?.passages.find(({ id }) => id === passageId);
  if (!stored || !passage || !readerMayRead(stored.document.access, readerOf(person))) return undefined;
  const neighbours = stored.passages
    .filter(({ id, position }) => id !== passageId && Math.abs(position - passage.position) <= AROUND)
    .sort((a, b) => a.position - b.position)
    .map(({ id, position, headings, text }) => ({
      passageId: id,
      place: position < passage.position ? ('before' as const) : ('after' as const),
      headings,
      text,
    }));
  const { id, title, path, headings, text } = passage;
  return { documentId, passageId: id, title, path, headings, text, neighbours };
}
