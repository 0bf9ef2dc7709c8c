/**
 * Cuts texts into the sentence encoder's word pieces: the most likely row of pieces of a unigram vocabulary (Kudo, Subword
 * Regularization, 2018). The same pieces as `@energetic-ai/embeddings` makes, in time that grows with the text and not
 * with its square, and each with the place where it ends.
 */

const SPACE = '\u2581';
const UNKNOWN = 0;
/** The first entries of the vocabulary are no pieces. */
const RESERVED = 6;

const normalise = (text) => {
  const plain = text.normalize('NFKC');
  return plain.length > 0 ? SPACE + plain.replaceAll(' ', SPACE) : plain;
};

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/;

/** How many characters of the normalised text the first `end` of a text take; ASCII is normal and stands behind a space. */
function normalisedLength(text, end) {
  const beginning = text.slice(0, end);
  if (ASCII.test(beginning)) return beginning.length && beginning.length + 1;
  return Array.from(normalise(beginning)).length;
}

/** @param vocabulary pieces with their log likelihood. */
export function createWordPieces(vocabulary) {
  const root = new Map();
  for (let index = RESERVED; index < vocabulary.length; index += 1) {
    const [piece, score] = vocabulary[index];
    let node = root;
    for (const character of piece) {
      const next = node.get(character) ?? new Map();
      node.set(character, next);
      node = next;
    }
    node.piece = { score, index };
  }

  /** For each end, the index and length of the piece that ends the likeliest row up to there. */
  function likeliest(characters) {
    const count = characters.length;
    const best = new Float64Array(count + 1);
    const indexes = new Int32Array(count + 1);
    const lengths = new Int32Array(count + 1);
    const reach = (start, end, score, index) => {
      const sum = score + best[start];
      if (best[end] !== 0 && sum < best[end]) return;
      best[end] = sum;
      indexes[end] = index;
      lengths[end] = end - start;
    };
    for (let start = 0; start < count; start += 1) {
      let node = root;
      let known = false;
      for (let end = start; end < count; end += 1) {
        node = node.get(characters[end]);
        if (!node) break;
        if (!node.piece) continue;
        reach(start, end + 1, node.piece.score, node.piece.index);
        known = true;
      }
      if (!known) reach(start, start + 1, 0, UNKNOWN);
    }
    return { indexes, lengths };
  }

  return {
    /**
     * The pieces of a text in order, and after how many characters of the normalised text each ends; neighbouring unknown
     * ones count as one.
     */
    cut(text) {
      const characters = Array.from(normalise(text));
      const { indexes, lengths } = likeliest(characters);
      const pieces = [];
      const ends = [];
      for (let at = characters.length; at > 0; at -= Math.max(1, lengths[at])) {
        if (indexes[at] === UNKNOWN && pieces.at(-1) === UNKNOWN) continue;
        pieces.push(indexes[at]);
        ends.push(at);
      }
      return { pieces: pieces.reverse(), ends: ends.reverse() };
    },
    normalisedLength,
  };
}
