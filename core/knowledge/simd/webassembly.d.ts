/** What is used of WebAssembly's interface, whose types come with a browser's only. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    /** Tells it from other types of the same form. */
    private readonly module: never;
  }
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
    /** Takes that many pages more; what looked at the buffer before looks at nothing then. */
    grow(pages: number): number;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, unknown>;
  }
}
