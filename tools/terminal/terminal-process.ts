import { type IPty, spawn } from '@lydell/node-pty';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { KEYS } from './keys.ts';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A folder that is not there. */
const NO_CONFIG = '/nonexistent';

/** How long a program may take to show what is waited for. */
const PATIENCE_MS = 60_000;
const CALM_MS = 500;

/** A program in a real pseudo-terminal, with an emulator that draws what it writes and answers what it asks. */
export class TerminalProcess implements AsyncDisposable {
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  readonly #pty: IPty;
  readonly #exited: Promise<number>;
  readonly #watchers = new Set<() => void>();
  #rate = Infinity;
  #exitCode: number | undefined;
  /** Every byte the program wrote. */
  raw = '';

  constructor(file: string, args: readonly string[], { columns = 120, rows = 36, env = {}, cwd }: TerminalOptions = {}) {
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.emulator.loadAddon(new Unicode11Addon());
    this.emulator.unicode.activeVersion = '11';
    const { PATH = '', HOME = '' } = process.env;
    this.#pty = spawn(file, [...args], {
      // The library writes it over TERM.
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: cwd ?? process.cwd(),
      // The look of whoever runs this is none of its business.
      env: { PATH, HOME, XDG_CONFIG_HOME: NO_CONFIG, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
    });
    this.emulator.onData((answer) => this.#pty.write(answer));
    this.#pty.onData((data) => {
      this.raw += data;
      this.#slow(data);
      this.emulator.write(data, () => this.#changed());
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        // What it wrote last is drawn first.
        this.emulator.write('', () => {
          this.#exitCode = exitCode;
          resolve(exitCode);
          this.#changed();
        });
      });
    });
  }

  #changed(): void {
    for (const look of Array.from(this.#watchers)) look();
  }

  get pid(): number {
    return this.#pty.pid;
  }

  line(row: number): string {
    const { active } = this.emulator.buffer;
    return active.getLine(active.baseY + row)?.translateToString(true) ?? '';
  }

  screen(): string {
    return Array.from({ length: this.emulator.rows }, (_, row) => this.line(row)).join('\n');
  }

  write(text: string): void {
    this.#pty.write(text);
  }

  press(...keys: readonly string[]): void {
    this.write(keys.map((key) => KEYS[key] ?? key).join(''));
  }

  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** The terminal takes nothing, as behind a line that is cut. */
  stall(): void {
    this.#pty.pause();
  }

  release(): void {
    this.#pty.resume();
  }

  /** A line that carries so many bytes a second, and no more. */
  throttle(bytesPerSecond: number): void {
    this.#rate = bytesPerSecond;
  }

  #slow(data: string): void {
    if (this.#rate === Infinity) return;
    this.#pty.pause();
    setTimeout(() => this.#pty.resume(), (Buffer.byteLength(data) / this.#rate) * 1_000);
  }

  async until(holds: (screen: string) => boolean, what: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (holds(this.screen())) resolve();
      else if (this.#exitCode !== undefined)
        reject(new Error(`${what}, and the program ended with ${this.#exitCode}\n${this.screen()}`));
    };
    const timer = setTimeout(() => reject(new Error(`${what} within ${PATIENCE_MS} ms\n${this.screen()}`)), PATIENCE_MS);
    this.#watchers.add(look);
    try {
      look();
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** Waits until the program has written nothing for half a second. */
  async calm(): Promise<void> {
    for (let before = -1; before !== this.raw.length;) {
      before = this.raw.length;
      await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    }
  }

  async exited(): Promise<number> {
    return this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exitCode === undefined) this.#pty.kill('SIGKILL');
    await this.#exited;
    this.emulator.dispose();
  }
}
