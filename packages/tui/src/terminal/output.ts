import { EventEmitter } from 'node:events';
import { handleOf } from './stream-handle.ts';

/** More waiting than this, and no new frame is begun: what is not drawn need not be sent. */
export const BACKLOG_LIMIT = 16_384;

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const ALTERNATE = '\u001b[?1049h';
const ORDINARY = '\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
}

/**
 * The stream the drawing library writes to. A terminal that stalls must not stall the program, so writes never block; what the library
 * sends in three writes goes out as one; and entering the alternate screen always starts from an empty one.
 */
export class ScreenOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly #stdout: NodeJS.WriteStream;
  #frame: string | undefined;
  #redrawing = false;
  #columns: number;
  #rows: number;

  constructor({ stdout }: OutputOptions) {
    super();
    this.setMaxListeners(0);
    this.#stdout = stdout;
    this.#columns = stdout.columns || 80;
    this.#rows = stdout.rows || 24;
    // Node writes to terminals synchronously unless told otherwise.
    handleOf(stdout)?.setBlocking?.(false);
    // A terminal that went away: SIGHUP ends the screen, a write error before it must not be a crash.
    stdout.on('error', () => this.emit('gone'));
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes that the terminal has not taken yet. */
  get backlog(): number {
    return this.#stdout.writableLength;
  }

  /** Takes over the terminal's size; call it before anything is drawn at the new size. */
  resized(): void {
    this.#columns = this.#stdout.columns || this.#columns;
    this.#rows = this.#stdout.rows || this.#rows;
  }

  write(text: string | Uint8Array, ...rest: unknown[]): boolean {
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    const piece = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    if (piece === BEGIN) {
      this.#frame = BEGIN;
      return true;
    }
    if (this.#frame !== undefined && piece !== END) {
      this.#frame += piece;
      done?.();
      return true;
    }
    const whole = this.#frame === undefined ? piece : this.#frame + END;
    this.#frame = undefined;
    if (whole === '') {
      done?.();
      return true;
    }
    return this.#stdout.write(this.#onCleanScreen(whole), done);
  }

  /** Entering the alternate screen neither clears it nor moves to its corner; a redraw stays on it all the time. */
  #onCleanScreen(text: string): string {
    if (this.#redrawing && text === ORDINARY) return '';
    if (!text.startsWith(ALTERNATE)) return text;
    return (this.#redrawing ? '' : ALTERNATE) + CLEAR + text.slice(ALTERNATE.length);
  }

  /** While `run` makes the library leave the terminal and come back, the screen is only cleared and drawn anew. */
  async redraw(run: () => Promise<void>): Promise<void> {
    this.#redrawing = true;
    try {
      await run();
    } finally {
      this.#redrawing = false;
    }
  }

  /** Resolves when the terminal has taken everything, or after `ms`. */
  async drained(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.backlog > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
