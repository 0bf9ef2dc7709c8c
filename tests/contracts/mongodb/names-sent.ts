type Doc = Record<string, unknown>;

/** The command, and every operator and stage in its filters, updates and pipelines; values that only look like operators do not occur in tests. */
export function namesSent(command: Doc): Set<string> {
  const names = new Set<string>([Object.keys(command)[0] ?? '']);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (
      typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Object.prototype
    ) {
      for (const [name, inner] of Object.entries(value)) {
        if (/^\$[a-zA-Z]+$/.test(name) && name !== '$db') names.add(name);
        visit(inner);
      }
    }
  };
  for (const part of ['filter', 'query', 'q', 'update', 'updates', 'deletes', 'pipeline', 'ops'])
    visit(command[part]);
  return names;
}
