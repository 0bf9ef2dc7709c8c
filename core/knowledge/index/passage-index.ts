import type { Passage } from '../../kernel/answer.js';
import type { KnowledgeDocument } from '../document.js';
import type { StoredDocument } from '../document-store.js';
import { LexicalIndex } from './lexical-index.js';
import { type Analyser, contentWords } from './words.js';

/** A document in the index, with the slots of its passages. */
export interface IndexedDocument {
  document: KnowledgeDocument;
  /** Slot of the document itself in the index of whole documents. */
  slot: number;
  passageSlots: number[];
}

export interface IndexedPassage {
  passage: Passage;
  owner: IndexedDocument;
}

/** Title, headings and text: what a passage is found by. */
export const passageContext = ({ title, headings }: Passage): string => [title, ...headings].join(' > ');
export const passageText = (passage: Passage): string => `${passageContext(passage)}\n${passage.text}`;

/** The words of passages and of whole documents, kept in step with the present documents. */
export class PassageIndex {
  readonly passageWords = new LexicalIndex();
  readonly documentWords = new LexicalIndex();
  /** Words as they are written in the documents, each with its term; one that is gone stays until the next start. */
  private readonly written = new Map<string, string>();
  private readonly languages = new Map<string, number>();
  private readonly documents = new Map<string, IndexedDocument>();
  /** Nothing where a passage is gone. */
  private readonly bySlot: (IndexedPassage | undefined)[] = [];
  /** The same passages' documents, side by side for who looks at all of them. */
  private readonly documentSlots: number[] = [];
  private present = 0;
  private readonly byId = new Map<string, number>();
  private nextDocumentSlot = 0;

  constructor(private readonly analyser: (language: string) => Analyser) {}

  /** Takes a document in, in place of its former version. Returns the passages that are new or changed, and those gone. */
  put({ document, passages }: StoredDocument): { added: Passage[]; removed: string[] } {
    const before = new Set(
      this.documents.get(document.id)?.passageSlots.map((slot) => this.passage(slot).id),
    );
    this.remove(document.id);
    const analyser = this.analyser(document.language);
    const terms = (text: string): string[] => this.read(text, analyser);
    const owner: IndexedDocument = { document, slot: this.nextDocumentSlot, passageSlots: [] };
    this.nextDocumentSlot += 1;
    const whole: string[] = terms(document.title);
    let headings = '';
    for (const passage of passages) {
      const slot = this.bySlot.push({ passage, owner }) - 1;
      this.documentSlots.push(owner.slot);
      const context = passageContext(passage);
      const contextTerms = terms(context);
      const textTerms = terms(passage.text);
      this.passageWords.add(slot, [...contextTerms, ...textTerms]);
      whole.push(...textTerms, ...(context === headings ? [] : contextTerms));
      headings = context;
      owner.passageSlots.push(slot);
      this.byId.set(passage.id, slot);
      this.present += 1;
    }
    this.documentWords.add(owner.slot, whole);
    this.documents.set(document.id, owner);
    this.count(document.language, 1);
    const after = new Set(passages.map(({ id }) => id));
    return {
      added: passages.filter(({ id }) => !before.has(id)),
      removed: [...before].filter((id) => !after.has(id)),
    };
  }

  /** Takes a document out; returns the ids of its passages. */
  remove(documentId: string): string[] {
    const owner = this.documents.get(documentId);
    if (!owner) return [];
    const ids = owner.passageSlots.map((slot) => {
      const { id } = this.passage(slot);
      this.passageWords.remove(slot);
      this.bySlot[slot] = undefined;
      this.present -= 1;
      this.byId.delete(id);
      return id;
    });
    this.documentWords.remove(owner.slot);
    this.documents.delete(documentId);
    this.count(owner.document.language, -1);
    return ids;
  }

  /** Whether any document is in the language. */
  speaks(language: string): boolean {
    return (this.languages.get(language) ?? 0) > 0;
  }

  /** Every word of the documents as it is written, folded. */
  writtenWords(): IterableIterator<string> {
    return this.written.keys();
  }

  /** The term of a word that some document has, as it is written there. */
  termOf(word: string): string | undefined {
    return this.written.get(word);
  }

  /** How many passages hold a written word or another form of it. */
  frequencyOf(word: string): number {
    const term = this.termOf(word);
    return term === undefined ? 0 : this.passageWords.frequency(term);
  }

  get slots(): { passages: number; documents: number } {
    return { passages: this.bySlot.length, documents: this.nextDocumentSlot };
  }

  get size(): { documents: number; passages: number } {
    return { documents: this.documents.size, passages: this.present };
  }

  at(slot: number): IndexedPassage | undefined {
    return this.bySlot[slot];
  }

  /** Slot of the document that a passage is or was of. */
  documentSlotOf(slot: number): number {
    return this.documentSlots[slot] as number;
  }

  slotOf(passageId: string): number | undefined {
    return this.byId.get(passageId);
  }

  *entries(): Generator<[slot: number, IndexedPassage]> {
    for (const [slot, entry] of this.bySlot.entries()) if (entry) yield [slot, entry];
  }

  document(id: string): KnowledgeDocument | undefined {
    return this.documents.get(id)?.document;
  }

  allDocuments(): IterableIterator<IndexedDocument> {
    return this.documents.values();
  }

  private count(language: string, change: number): void {
    this.languages.set(language, (this.languages.get(language) ?? 0) + change);
  }

  private read(text: string, analyser: Analyser): string[] {
    return contentWords(text, analyser).map(({ word, term }) => {
      this.written.set(word, term);
      return term;
    });
  }

  private passage(slot: number): Passage {
    return (this.bySlot[slot] as IndexedPassage).passage;
  }
}
