import { Binary } from 'bson';

interface PassageVector {
  passageId: string;
  vector: Float32Array;
}

/** Fields to `$set` in a document's vector record: each vector as little-endian float32 bytes under its passage's key. */
export function vectorsTo(vectors: PassageVector[]): Record<string, Binary> {
  return Object.fromEntries(
    vectors.map(({ passageId, vector }) => {
      const bytes = Buffer.alloc(vector.length * 4);
      for (const [position, value] of vector.entries()) bytes.writeFloatLE(value, position * 4);
      return [`vectors.${passageId.slice(passageId.lastIndexOf(':') + 1)}`, new Binary(bytes)];
    }),
  );
}

/** The vectors of one document's record; a field that is no packed vector is passed over. */
export function* vectorsFrom(
  documentId: string,
  fields: Record<string, unknown> = {},
): Generator<PassageVector> {
  for (const [key, packed] of Object.entries(fields)) {
    const bytes = bytesOf(packed);
    if (!bytes || bytes.byteLength % 4 !== 0) continue;
    // A copy is aligned; what comes from the wire need not be.
    const aligned = new Uint8Array(bytes);
    yield { passageId: `${documentId}:${key}`, vector: new Float32Array(aligned.buffer) };
  }
}

function bytesOf(packed: unknown): Uint8Array | undefined {
  if (packed instanceof Uint8Array) return packed;
  const inner = (packed as { buffer?: unknown; position?: number } | null)?.buffer;
  if (!(inner instanceof Uint8Array)) return undefined;
  return inner.subarray(0, (packed as { position?: number }).position ?? inner.byteLength);
}
