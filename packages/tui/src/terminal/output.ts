import { EventEmitter } from 'node:events';
import { createImageLayer } from '../graphics/image-layer.ts';
import { createFrameDiff } from './frame-diff.ts';
import { handleOf } from './stream-handle.ts';

/** More waiting than this, and no new frame is begun: what is not drawn need not be sent. */
export const BACKLOG_LIMIT = 16_384;

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
/* eslint-disable no-control-regex -- terminals speak in control characters */
/** What the library sends before a frame: erasing of the old one, moves of the cursor. Colours (`m`) belong to the frame. */
const BEFORE_FRAME = /^(?:\u001b\[[0-9;?]*[A-La-ln-zM-Z])+/;
const MOVES = /\u001b(?!\[[0-9;]*m)/;
/** Erasing and modes between frames. The terminal is taken and given back elsewhere, and what is erased is drawn over. */
const ONLY_CONTROL = /^(?:\u001b\[[0-9;?]*[A-Za-z])*$/;
/** Entering or leaving the alternate screen. */
const SCREEN_CHANGE = '\u001b[?1049';
/* eslint-enable no-control-regex */

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
}

/**
 * The stream the drawing library writes to. A terminal that stalls must not stall the program, so writes never block; of each frame only
 * the cells that changed go out, in one write.
 */
export class ScreenOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly #stdout: NodeJS.WriteStream;
  readonly #screen = createFrameDiff();
  readonly images = createImageLayer();
  #frame: string | undefined;
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
    // At the end of the process the library shows the cursor there, and would wait for a terminal that takes nothing.
    handleOf(process.stderr)?.setBlocking?.(false);
    // A terminal that went away: SIGHUP ends the screen, a write error before it must not be a crash.
    stdout.on('error', () => this.emit('gone'));
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** What the terminal shows once it has taken everything, cell by cell. */
  shown(): readonly (readonly string[])[] {
    return this.#screen.cells();
  }

  /** Bytes that the terminal has not taken yet. */
  get backlog(): number {
    return this.#stdout.writableLength;
  }

  /** Takes over the terminal's size; call it before anything is drawn at the new size. */
  resized(): void {
    this.#columns = this.#stdout.columns || this.#columns;
    this.#rows = this.#stdout.rows || this.#rows;
    // Terminals move and cut lines when they change their size, each in its own way.
    this.#screen.forget();
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
    const whole = this.#frame === undefined ? this.#between(piece) : this.#update(this.#frame.slice(BEGIN.length));
    this.#frame = undefined;
    if (whole === '') {
      done?.();
      return true;
    }
    return this.#stdout.write(whole, done);
  }

  /** What turns the screen into the frame that the library would have drawn whole. */
  #update(frame: string): string {
    const before = BEFORE_FRAME.exec(frame)?.[0] ?? '';
    const text = frame.slice(before.length);
    if (MOVES.test(text)) {
      this.#screen.forget();
      return BEGIN + frame + END;
    }
    const lines = this.images.take(text === '' ? [] : text.split('\n').slice(0, this.#rows));
    if (this.images.leavesRests()) this.#screen.forget();
    const update = this.#screen.update(lines, this.#columns);
    const whole = update + this.images.update(this.#screen.erased());
    return whole === '' ? '' : BEGIN + whole + END;
  }

  /** What the library sends between frames is left out, but told by it is that another program may have drawn meanwhile. */
  #between(text: string): string {
    if (!ONLY_CONTROL.test(text)) return text;
    if (text.includes(SCREEN_CHANGE)) this.#screen.forget();
    return '';
  }

  /** Gives up what the terminal does not take: it would keep the process alive for as long. */
  abandon(): void {
    // Node does not close this stream by itself; what was not sent then fails, which is nobody's error any more.
    this.#stdout.removeAllListeners('error').on('error', () => {});
    handleOf(this.#stdout)?.close?.();
  }

  /** Resolves when the terminal has taken everything, or after `ms`. */
  async drained(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.backlog > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
