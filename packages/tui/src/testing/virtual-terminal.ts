import { Writable } from 'node:stream';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal emulator as a stream: what is written is drawn, and can be read back as a person would see it. */
export class VirtualTerminal extends Writable {
  readonly isTTY = true;
  /** All that was written, for looking at byte by byte. */
  raw = '';
  /** While true, nothing is taken: as a terminal behind a cut line. */
  #stalled = false;
  #held: (() => void)[] = [];
  readonly emulator: InstanceType<typeof xterm.Terminal>;

  constructor({ columns, rows }: TerminalSize) {
    super({ decodeStrings: false });
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.emulator.loadAddon(new Unicode11Addon());
    this.emulator.unicode.activeVersion = '11';
  }

  get columns(): number {
    return this.emulator.cols;
  }

  get rows(): number {
    return this.emulator.rows;
  }

  stall(): void {
    this.#stalled = true;
  }

  release(): void {
    this.#stalled = false;
    for (const take of this.#held.splice(0)) take();
  }

  resize({ columns, rows }: TerminalSize): void {
    this.emulator.resize(columns, rows);
    this.emit('resize');
  }

  override _write(chunk: string | Buffer, _encoding: unknown, done: () => void): void {
    const take = (): void => {
      const text = chunk.toString();
      this.raw += text;
      // The terminal driver turns a line feed into a new line.
      this.emulator.write(text.replace(/(?<!\r)\n/g, '\r\n'), done);
    };
    if (this.#stalled) this.#held.push(take);
    else take();
  }

  /** Resolves when everything written so far is drawn. */
  async drawn(): Promise<void> {
    await new Promise<void>((resolve) => this.emulator.write('', resolve));
  }

  line(row: number): string {
    const { active } = this.emulator.buffer;
    return active.getLine(active.baseY + row)?.translateToString(true) ?? '';
  }

  screen(): string {
    return Array.from({ length: this.rows }, (_, row) => this.line(row)).join('\n');
  }
}
