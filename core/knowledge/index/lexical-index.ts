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
  /** By slot, zeros but for the one word that is being counted. */
  private counts = new Float64Array();
  private totalLength = 0;
  private averageLength = 0;
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
    this.grow(terms.length);
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
    this.grow(-(this.lengths[slot] ?? 0));
    this.lengths[slot] = 0;
    this.dead += 1;
    if (this.dead > 1_000 && this.dead > this.termsOf.size / 2) this.sweep();
  }

  private grow(by: number): void {
    this.totalLength += by;
    this.averageLength = this.totalLength / Math.max(1, this.size);
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
    if (this.counts.length < slots) this.counts = new Float64Array(slots * 2);
    for (const soft of question) {
      if (soft.alternatives.length === 0) this.scoreAlone(soft, scores);
      else this.scoreSoftly(soft, scores);
    }
    return scores;
  }

  /** The texts that hold a word, without looking for others in its place. */
  private scoreAlone({ term, weight }: SoftTerm, scores: Float64Array): void {
    const pairs = this.postings.get(term)?.pairs ?? [];
    const rarity = this.rarity(term) * weight;
    for (let at = 0; at < pairs.length; at += 2) {
      const slot = pairs[at] as number;
      if (!this.lengths[slot]) continue;
      scores[slot] = (scores[slot] as number) + this.worth(rarity, pairs[at + 1] as number, slot);
    }
  }

  /** @param counts holds zeros, and does so again afterwards. */
  private scoreSoftly({ term, weight, alternatives }: SoftTerm, scores: Float64Array): void {
    const { counts } = this;
    const touched: number[] = [];
    this.countJointly([term], 1, counts, touched);
    for (const other of alternatives) this.countJointly(other.terms, other.weight, counts, touched);
    const rarity = this.rarityOf(this.frequency(term) || touched.length) * weight;
    for (const slot of touched) {
      scores[slot] = (scores[slot] as number) + this.worth(rarity, counts[slot] as number, slot);
      counts[slot] = 0;
    }
  }

  /** What a word that a text holds so often adds to its score. */
  private worth(rarity: number, count: number, slot: number): number {
    const norm = K1 * (1 - B + (B * (this.lengths[slot] as number)) / this.averageLength);
    return (rarity * count * (K1 + 1)) / (count + norm);
  }

  /**
   * Texts that hold all the terms, with the count of the rarest in each.
   * @param counts takes them, by slot.
   * @param touched takes the slots that had none before.
   */
  private countJointly(terms: string[], weight: number, counts: Float64Array, touched: number[]): void {
    const postings = terms.map((term) => this.postings.get(term)?.pairs);
    if (postings.some((pairs) => !pairs)) return;
    const [first = [], ...others] = (postings as number[][]).sort((a, b) => a.length - b.length);
    const alsoThere = others.map(toMap);
    for (let at = 0; at < first.length; at += 2) {
      const slot = first[at] as number;
      if (!this.lengths[slot]) continue;
      let count = first[at + 1] as number;
      for (const other of alsoThere) count = Math.min(count, other.get(slot) ?? 0);
      if (count <= 0) continue;
      if (counts[slot] === 0) touched.push(slot);
      counts[slot] = (counts[slot] as number) + weight * count;
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
