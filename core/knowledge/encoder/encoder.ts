import type { EmbeddingModel } from '../../gateway/model.js';

/** A text with the places of its sentences (UTF-16 offsets). */
export interface TextWithParts {
  text: string;
  parts: [start: number, end: number][];
  /** The places of its words that say something, for an encoder that reads words in context. */
  words?: [start: number, end: number][];
}

export interface EncodedText {
  vector: Float32Array;
  /** One vector after the other, each read in the light of the whole text; empty when the encoder makes none. */
  parts: Float32Array;
  /** One short vector of unit length after the other for each piece of the words, read in the light of the whole. */
  words?: Float32Array;
}

/** An encoder that knows which texts somebody waits for. */
export interface Encoder extends EmbeddingModel {
  /** Vectors of passages and their sentences, after everything that somebody waits for. */
  encodePassages(texts: TextWithParts[]): Promise<EncodedText[]>;
  /** The vector of a question and those of its words in context; where it is missing, words are not compared so. */
  encodeQuestion?(text: TextWithParts): Promise<EncodedText>;
  /** Vectors of single words are near when the words mean alike, and cost next to nothing. */
  comparesWords?: true;
  close(): Promise<void>;
}
