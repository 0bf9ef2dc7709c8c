import type { JsonObject, JsonValue } from '../core/kernel/json.js';

/** Where an expression looks: the whole data, the part that the element is bound to, its place in a list, the host. */
export interface Scope {
  root: JsonValue;
  data: JsonValue;
  index: number | undefined;
  host: JsonValue;
}

type Value = JsonValue | undefined;
export type Expression = (scope: Scope) => Value;

const TOKEN =
  /\s*(?:(&&|\|\||==|!=|>=|<=|[!()<>,])|('(?:[^'\\])*')|(\d+(?:\.\d+)?)|(\$?[A-Za-z_][\w$]*(?:\.[A-Za-z_]\w*)*))/y;

/** More than our templates need is left to the library. */
class Unsupported extends Error {}

/**
 * Compiles the part of the adaptive expression language that our templates use: paths, numbers, strings, `!`, `&&`,
 * `||`, comparisons, `count()` and `exists()`.
 * @returns undefined for an expression that needs the library.
 */
export function compileExpression(source: string): Expression | undefined {
  try {
    const tokens = tokenize(source);
    const parser = new Parser(tokens);
    const expression = parser.or();
    return parser.isAtEnd() ? expression : undefined;
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

type Token = { kind: 'mark' | 'text' | 'number' | 'name'; text: string };

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const found = TOKEN.exec(source);
    if (!found) throw new Unsupported();
    const [, mark, text, number, name] = found;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'name', text: name ?? '' });
  }
  return tokens;
}

class Parser {
  #at = 0;
  readonly #tokens: Token[];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#take('||')) {
      const [a, b] = [left, this.#and()];
      left = (scope) => isTrue(a(scope)) || isTrue(b(scope));
    }
    return left;
  }

  #and(): Expression {
    let left = this.#comparison();
    while (this.#take('&&')) {
      const [a, b] = [left, this.#comparison()];
      left = (scope) => isTrue(a(scope)) && isTrue(b(scope));
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#unary();
    for (const [mark, compare] of COMPARISONS) {
      if (!this.#take(mark)) continue;
      const right = this.#unary();
      return (scope) => compare(left(scope), right(scope));
    }
    return left;
  }

  #unary(): Expression {
    if (this.#take('!')) {
      const inner = this.#unary();
      return (scope) => !isTrue(inner(scope));
    }
    if (this.#take('(')) {
      const inner = this.or();
      this.#expect(')');
      return inner;
    }
    return this.#value();
  }

  #value(): Expression {
    const token = this.#tokens[this.#at];
    if (!token || token.kind === 'mark') throw new Unsupported();
    this.#at += 1;
    if (token.kind === 'text') return () => token.text;
    if (token.kind === 'number') return () => Number(token.text);
    return this.#take('(') ? this.#call(token.text) : pathExpression(token.text);
  }

  #call(name: string): Expression {
    const argument = this.or();
    this.#expect(')');
    if (name === 'exists') return (scope) => (argument(scope) ?? null) !== null;
    if (name === 'count') return (scope) => lengthOf(argument(scope));
    throw new Unsupported();
  }

  #take(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw new Unsupported();
  }
}

const COMPARISONS: [string, (left: Value, right: Value) => boolean][] = [
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['>=', (left, right) => Number(left) >= Number(right)],
  ['<=', (left, right) => Number(left) <= Number(right)],
  ['>', (left, right) => Number(left) > Number(right)],
  ['<', (left, right) => Number(left) < Number(right)],
];

/** As in the expression language: only what is missing or false is not true; 0 and '' are. */
function isTrue(value: Value): boolean {
  return typeof value === 'boolean' ? value : value !== undefined && value !== null;
}

function lengthOf(value: Value): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

function pathExpression(path: string): Expression {
  const [first = '', ...rest] = path.split('.');
  const start = startOf(first);
  return (scope) => rest.reduce<Value>(member, start(scope));
}

function startOf(name: string): Expression {
  switch (name) {
    case '$root':
      return ({ root }) => root;
    case '$data':
      return ({ data }) => data;
    case '$index':
      return ({ index }) => index;
    case '$host':
      return ({ host }) => host;
    case 'true':
    case 'false':
    case 'null':
      throw new Unsupported();
    default:
      if (name.startsWith('$')) throw new Unsupported();
      return ({ data }) => member(data, name);
  }
}

function member(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
}
