import { readdirSync } from 'node:fs';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeError, InvalidInput } from './errors.js';

export interface ReadYaml<T> {
  value: T;
  /** The line of the innermost part of `path` that is there, counted from 1. */
  lineAt(path: PropertyKey[]): number;
}

/**
 * Reads a YAML file that a person wrote.
 * @throws InvalidInput of the code with `file:line: path: mistake`, one per line.
 */
export function readYaml<Schema extends z.ZodType>(
  yaml: string,
  file: string,
  schema: Schema,
  code: string,
): ReadYaml<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const lineOf = (offset: number | undefined): number =>
    offset === undefined ? 1 : lines.linePos(offset).line;
  const refuse = (mistakes: string[]): never => {
    throw new InvalidInput(code, mistakes.join('\n'));
  };
  if (document.errors.length > 0)
    return refuse(
      document.errors.map(({ pos, message }) => `${file}:${lineOf(pos[0])}: ${message.split('\n')[0]}`),
    );
  const lineAt = (path: PropertyKey[]): number => {
    let node: unknown = document.contents;
    let line = 1;
    for (const part of path) {
      // what stands under a name may begin on a later line than the name
      const pair = isMap(node)
        ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
        : undefined;
      const found: unknown = pair ? pair.key : isSeq(node) ? node.get(Number(part), true) : undefined;
      if (!isNode(found) || !found.range) break;
      line = lineOf(found.range[0]);
      node = pair ? pair.value : found;
    }
    return line;
  };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    return refuse([`${file}:1: ${describeError(error)}`]); // aliases that unfold without end
  }
  const read = schema.safeParse(value);
  if (read.success) return { value: read.data, lineAt };
  return refuse(
    read.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      return `${file}:${lineAt(path)}: ${path.join('.') || 'the file'}: ${issue.message}`;
    }),
  );
}

/**
 * Names of the YAML files in a folder that an operator named, in order.
 * @throws InvalidInput of the code, with the setting that named it.
 */
export function yamlFilesIn(folder: string, setting: string, code: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
  } catch (error) {
    throw new InvalidInput(code, `${setting} cannot be read: ${describeError(error)}`);
  }
}
