/**
 * Assembles small WebAssembly routines in SIMD, instruction by instruction (https://webassembly.github.io/spec/core/binary/),
 * so that neither a compiler nor a binary file is needed.
 */

/** Instructions in bytes, nested as they were put together. */
export type Code = (number | Code)[];

/** A routine that is still to be written: its places by name. */
export interface Routine {
  get(name: string): Code;
  set(name: string): Code;
  /** Adds to an integer. */
  step(name: string, by: Code): Code;
  /** Whether one integer is below another. */
  isLess(name: string, limit: string): Code;
  /** The routine with this body, as `run` of a module whose memory is `own.memory`. */
  assemble(body: Code): WebAssembly.Module;
}

const [I32, V128] = [0x7f, 0x7b];

export const ADD = 0x6a;
export const TIMES = 0x6c;

/** An integer, in signed LEB128. */
export function constant(value: number): Code {
  const bytes = [0x41];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isWhole = rest === 0 ? (low & 0x40) === 0 : rest === -1 && (low & 0x40) !== 0;
    bytes.push(isWhole ? low : low | 0x80);
    if (isWhole) return bytes;
  }
}

function unsigned(value: number): number[] {
  const bytes = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

export const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
export const load = (offset: number): Code => [...simd(0), 4, ...unsigned(offset)];
/** The same 32 bits four times. */
export const loadSplat = (offset: number): Code => [...simd(9), 2, ...unsigned(offset)];
/** 64 bits below 64 zeros. */
export const loadHalf = (offset: number): Code => [...simd(93), 3, ...unsigned(offset)];
export const store = (offset: number): Code => [...simd(11), 4, ...unsigned(offset)];
export const storeDouble = (offset: number): Code => [0x39, 3, ...unsigned(offset)];
export const ZERO: Code = [...simd(12), ...Array.from({ length: 16 }, () => 0)];
/** Repeats a body while a condition that it leaves on the stack holds. */
export const loop = (...body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

const flat = (code: Code): number[] => code.flatMap((part) => (typeof part === 'number' ? part : flat(part)));

/** @param parameters integers, as `integers`; `vectors` have 128 bits. */
export function createRoutine(parameters: string[], integers: string[], vectors: string[]): Routine {
  const places = new Map([...parameters, ...integers, ...vectors].map((name, at) => [name, at]));
  const placeOf = (name: string): number => {
    const place = places.get(name);
    if (place === undefined) throw new RangeError(`The routine has no ${name}.`);
    return place;
  };
  const get = (name: string): Code => [0x20, placeOf(name)];
  const set = (name: string): Code => [0x21, placeOf(name)];
  return {
    get,
    set,
    step: (name, by) => [get(name), by, ADD, set(name)],
    isLess: (name, limit) => [get(name), get(limit), 0x48],
    assemble(body) {
      const code = [2, integers.length, I32, vectors.length, V128, ...flat(body), 0x0b];
      const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
      const section = (id: number, bytes: number[]): number[] => [id, ...unsigned(bytes.length), ...bytes];
      return new WebAssembly.Module(
        Uint8Array.from([
          ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
          ...section(1, [1, 0x60, parameters.length, ...parameters.map(() => I32), 0]),
          ...section(2, [1, ...text('own'), ...text('memory'), 2, 0, 1]),
          ...section(3, [1, 0]),
          ...section(7, [1, ...text('run'), 0, 0]),
          ...section(10, [1, ...unsigned(code.length), ...code]),
        ]),
      );
    },
  };
}
