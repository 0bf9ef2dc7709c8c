type Document = Record<string, unknown>;

interface Asked {
  resolve(record: Document | undefined): void;
  reject(error: unknown): void;
}

/** Reads the records whose field holds one of the values, for the first asked after the other. */
type Read = (values: string[]) => Promise<Document[]>;

/**
 * Joins questions for single records of one kind that come in the same turn of the event loop into one. Each is read after it
 * was asked, so no answer is older than that of a read of its own.
 */
export class JoinedReads {
  private readonly asked = new Map<string, Map<string, Asked[]>>();

  /**
   * @param kind of questions that `read` answers alike, such as collection, tenant and conditions.
   * @returns the first record whose `field` holds the value.
   */
  one(kind: string, field: string, value: string, read: Read): Promise<Document | undefined> {
    return new Promise((resolve, reject) => {
      let together = this.asked.get(kind);
      if (!together) {
        this.asked.set(kind, (together = new Map()));
        setImmediate(() => void this.answer(kind, field, read));
      }
      const same = together.get(value);
      if (same) same.push({ resolve, reject });
      else together.set(value, [{ resolve, reject }]);
    });
  }

  private async answer(kind: string, field: string, read: Read): Promise<void> {
    const together = this.asked.get(kind) ?? new Map<string, Asked[]>();
    this.asked.delete(kind);
    try {
      const found = new Map<unknown, Document>();
      for (const record of await read([...together.keys()]))
        if (!found.has(record[field])) found.set(record[field], record);
      for (const [value, each] of together)
        for (const [at, { resolve }] of each.entries()) {
          const record = found.get(value);
          resolve(at === 0 ? record : structuredClone(record)); // each has its own
        }
    } catch (error) {
      for (const each of together.values()) for (const { reject } of each) reject(error);
    }
  }
}
