export interface ShownDraftOptions {
  /** Gets what is shown, piece by piece. */
  show(text: string): void;
  /** Whether a text may stand for what was found. */
  isSupported(text: string): Promise<boolean>;
  /** Told when something was shown that does not hold: what follows takes its place. */
  onWithdrawn(): void;
}

/** Shorter openings are held back: most of them ("Let me look that up.") only lead to a tool call. */
const OPENING = 200;

/**
 * Shows a draft while it is written, sentence by sentence, as far as what was found supports it; the rest waits until the
 * whole draft was verified. A draft that is rejected is so rarely seen, and never as if its successor went on with it.
 */
export class ShownDraft {
  private text = '';
  private shown = 0;
  private checked = 0;
  private checking: Promise<void> | undefined;
  private isHeld = false;

  constructor(private readonly options: ShownDraftOptions) {}

  append(more: string): void {
    this.text += more;
    this.checking ??= this.release().finally(() => {
      this.checking = undefined;
    });
  }

  /** The draft stands: all of it is shown. */
  async accept(): Promise<void> {
    await this.checking;
    this.showUpTo(this.text.length);
    this.reset();
  }

  /** The draft does not stand, or was only an opening of a tool call. */
  async withdraw(): Promise<void> {
    await this.checking;
    if (this.shown > 0) this.options.onWithdrawn();
    this.reset();
  }

  private async release(): Promise<void> {
    for (let end = this.settledEnd(); end > this.checked && !this.isHeld; end = this.settledEnd()) {
      this.checked = end;
      if (await this.options.isSupported(this.text.slice(0, end))) this.showUpTo(end);
      else this.isHeld = true;
    }
  }

  /** Where the last whole sentence or line ends. */
  private settledEnd(): number {
    if (this.text.length < OPENING) return 0;
    return [...this.text.matchAll(/[.!?](?=\s)|[。！？\n]/gu)].reduce(
      (_end, { index, 0: mark }) => index + mark.length,
      0,
    );
  }

  private showUpTo(end: number): void {
    if (end <= this.shown) return;
    this.options.show(this.text.slice(this.shown, end));
    this.shown = end;
  }

  private reset(): void {
    this.text = '';
    this.shown = 0;
    this.checked = 0;
    this.isHeld = false;
  }
}
