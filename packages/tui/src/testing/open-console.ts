import { render } from 'ink';
import { createConsole, type Console } from '../console.tsx';
import type { ScreenEnd } from '../shell.ts';
import type { ScreenId } from '../state/navigation.ts';
import { createKeyParser } from '../terminal/key-parser.ts';
import { NoInput } from '../terminal/no-input.ts';
import { ScreenOutput } from '../terminal/output.ts';
import { terminalFacts } from '../terminal/terminal-facts.ts';
import { createFakeHost, type FakeHost } from './fake-client.ts';
import { NOW } from './now.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

export interface OpenOptions {
  readonly host?: FakeHost;
  readonly columns?: number;
  readonly rows?: number;
  readonly screen?: ScreenId;
  readonly env?: Readonly<Record<string, string>>;
  /** The time of day, ms since the epoch. Default: NOW. */
  readonly now?: () => number;
}

/** The program in this process, on a terminal emulator, with a host in memory. */
export interface OpenedConsole extends AsyncDisposable {
  readonly host: FakeHost;
  readonly terminal: VirtualTerminal;
  readonly console: Console;
  readonly ends: readonly ScreenEnd[];
  /** Sends input as it would come from a terminal: each argument is one read. */
  readonly send: (...reads: string[]) => Promise<void>;
  /** Waits until the text or pattern is on the screen, and answers with the screen. */
  readonly see: (wanted: string | RegExp) => Promise<string>;
  /** Waits until it is not. */
  readonly miss: (unwanted: string | RegExp) => Promise<string>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly settle: () => Promise<void>;
}

const PATIENCE_MS = 30_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function openConsole(options: OpenOptions = {}): Promise<OpenedConsole> {
  const { host = createFakeHost({ accounts: 10_000 }), columns = 120, rows = 36, screen = 'home' } = options;
  const env = options.env ?? { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const terminal = new VirtualTerminal({ columns, rows });
  const stdout = terminal as unknown as NodeJS.WriteStream;
  const output = new ScreenOutput({ stdout });
  const ends: ScreenEnd[] = [];
  const console = createConsole({
    client: host.client,
    terminal: {
      size: { width: columns, height: rows },
      backlog: () => output.backlog,
      write: (sequence) => void output.write(sequence),
      suspend: async () => {},
      redraw: async () => {},
      shown: () => output.shown(),
      images: output.images,
    },
    facts: terminalFacts(env),
    env,
    version: '0.1.0',
    directory: '/data',
    initialScreen: screen,
    stopHost: async () => {},
    leave: (end) => ends.push(end),
    now: options.now ?? ((): number => NOW),
  });
  await console.ready;
  const instance = render(console.view, {
    stdout: output as unknown as NodeJS.WriteStream,
    stdin: new NoInput() as unknown as NodeJS.ReadStream,
    alternateScreen: true,
    // Whole frames: the output itself finds what changed, cell by cell.
    incrementalRendering: false,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
    maxFps: 1_000,
  });
  const parser = createKeyParser();
  const settle = async (): Promise<void> => {
    await instance.waitUntilRenderFlush();
    await terminal.drawn();
  };
  const until = async (holds: (text: string) => boolean, what: string): Promise<string> => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      await settle();
      const text = terminal.screen();
      if (holds(text)) return text;
      if (performance.now() > end) throw new Error(`${what}\n${text}`);
      await pause(10);
    }
  };
  const contains = (text: string, wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
  await settle();
  return {
    host,
    terminal,
    console,
    ends,
    settle,
    async send(...reads) {
      for (const read of reads) {
        for (const key of parser.push(read)) console.press(key);
        if (parser.isPending()) for (const key of parser.flush()) console.press(key);
        await settle();
      }
    },
    see: (wanted) => until((text) => contains(text, wanted), `not on the screen: ${String(wanted)}`),
    miss: (unwanted) => until((text) => !contains(text, unwanted), `still on the screen: ${String(unwanted)}`),
    async resize(wide, high) {
      terminal.resize({ columns: wide, rows: high });
      output.resized();
      console.resize({ width: wide, height: high });
      queueMicrotask(() => output.emit('resize'));
      await settle();
    },
    async [Symbol.asyncDispose]() {
      console.close();
      instance.unmount();
      terminal.emulator.dispose();
    },
  };
}
