import type { EmbeddingModel } from '../../gateway/model.js';

/** A text with the places of its sentences (UTF-16 offsets). */
export interface TextWithParts {
  text: string;
  parts: [start: number, end: number][];
}

export interface EncodedText {
  vector: Float32Array;
  /** One vector after the other, each read in the light of the whole text; empty when the encoder makes none. */
  parts: Float32Array;
}

/** An encoder that knows which texts somebody waits for. */
export interface Encoder extends EmbeddingModel {
  /** Vectors of passages and their sentences, after everything that somebody waits for. */
  encodePassages(texts: TextWithParts[]): Promise<EncodedText[]>;
  /** Vectors of single words are near when the words mean alike, and cost next to nothing. */
  comparesWords?: true;
  close(): Promise<void>;
}
