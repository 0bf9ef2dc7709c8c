/** A word of a question with the words that count as it: each alternative is one term, or several that must all be there. */
export interface SoftTerm {
  term: string;
  /** How much the word matters, 1 unless it comes from an earlier question. */
  weight: number;
  alternatives: { terms: string[]; weight: number }[];
}

interface Posting {
  /** Slot and count by turns. */
  pairs: number[];
  live: number;
}

/** Term saturation and length normalisation (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009). */
const K1 = 1.2;
const B = 0.75;

/**
 * An inverted index over texts that come and go, scored by BM25. Texts are known by a slot number that the caller
 * gives; removed slots are skipped and swept out once they are many.
 */
export class LexicalIndex {
  private readonly postings = new Map<string, Posting>();
  private readonly termsOf = new Map<number, string[]>();
  /** Terms of each text; 0 for one that is gone. */
  private readonly lengths: number[] = [];
  private totalLength = 0;
  private dead = 0;

  get size(): number {
    return this.termsOf.size;
  }

  add(slot: number, terms: string[]): void {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const posting = this.postings.get(term) ?? { pairs: [], live: 0 };
      posting.pairs.push(slot, count);
      posting.live += 1;
      this.postings.set(term, posting);
    }
    this.termsOf.set(slot, [...counts.keys()]);
    this.lengths[slot] = terms.length;
    this.totalLength += terms.length;
  }

  /** Slots are never used again, so a removed one only has to be passed over. */
  remove(slot: number): void {
    const terms = this.termsOf.get(slot);
    if (!terms) return;
    for (const term of terms) {
      const posting = this.postings.get(term);
      if (posting) posting.live -= 1;
    }
    this.termsOf.delete(slot);
    this.totalLength -= this.lengths[slot] ?? 0;
    this.lengths[slot] = 0;
    this.dead += 1;
    if (this.dead > 1_000 && this.dead > this.termsOf.size / 2) this.sweep();
  }

  /** How many texts hold the term. */
  frequency(term: string): number {
    return this.postings.get(term)?.live ?? 0;
  }

  has(slot: number, term: string): boolean {
    return this.termsOf.get(slot)?.includes(term) ?? false;
  }

  /** Every term of the index. */
  terms(): IterableIterator<string> {
    return this.postings.keys();
  }

  /** Rarity of a term in this index, 0 for one that every text holds. */
  rarity(term: string): number {
    return this.rarityOf(this.frequency(term));
  }

  /** Rarity of a term that no text holds. */
  get rarest(): number {
    return this.rarityOf(0);
  }

  private rarityOf(frequency: number): number {
    return Math.log(1 + (this.size - frequency + 0.5) / (frequency + 0.5));
  }

  /** BM25 of every text against a question; a word and its alternatives count as one word. Absent slots score 0. */
  scores(question: SoftTerm[], slots: number): Float64Array {
    const scores = new Float64Array(slots);
    const counts = new Float64Array(slots);
    const average = this.totalLength / Math.max(1, this.size);
    for (const soft of question) {
      const touched = this.countSoftly(soft, counts);
      const rarity = this.rarityOf(this.frequency(soft.term) || touched.length) * soft.weight;
      for (const slot of touched) {
        const count = counts[slot] as number;
        counts[slot] = 0;
        const norm = K1 * (1 - B + (B * (this.lengths[slot] as number)) / average);
        scores[slot] = (scores[slot] as number) + (rarity * count * (K1 + 1)) / (count + norm);
      }
    }
    return scores;
  }

  /** Adds up a word and its alternatives in `counts`, which holds zeros; returns the slots that got some. */
  private countSoftly({ term, alternatives }: SoftTerm, counts: Float64Array): number[] {
    const touched: number[] = [];
    const add = (slot: number, count: number): void => {
      if (counts[slot] === 0) touched.push(slot);
      counts[slot] = (counts[slot] as number) + count;
    };
    this.countJointly([term], 1, add);
    for (const { terms, weight } of alternatives) this.countJointly(terms, weight, add);
    return touched;
  }

  /** Texts that hold all the terms, with the count of the rarest in each. */
  private countJointly(terms: string[], weight: number, add: (slot: number, count: number) => void): void {
    const postings = terms.map((term) => this.postings.get(term)?.pairs);
    if (postings.some((pairs) => !pairs)) return;
    const [first = [], ...others] = (postings as number[][]).sort((a, b) => a.length - b.length);
    const counts = others.map(toMap);
    for (let at = 0; at < first.length; at += 2) {
      const slot = first[at] as number;
      if (!this.lengths[slot]) continue;
      let count = first[at + 1] as number;
      for (const other of counts) count = Math.min(count, other.get(slot) ?? 0);
      if (count > 0) add(slot, weight * count);
    }
  }

  private sweep(): void {
    for (const [term, posting] of this.postings) {
      if (posting.live === 0) {
        this.postings.delete(term);
        continue;
      }
      const kept: number[] = [];
      for (let at = 0; at < posting.pairs.length; at += 2) {
        const slot = posting.pairs[at] ?? 0;
        if (this.termsOf.has(slot)) kept.push(slot, posting.pairs[at + 1] ?? 0);
      }
      posting.pairs = kept;
    }
    this.dead = 0;
  }
}

function toMap(pairs: number[]): Map<number, number> {
  const map = new Map<number, number>();
  for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at] ?? 0, pairs[at + 1] ?? 0);
  return map;
}
