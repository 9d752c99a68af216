import { fileURLToPath } from 'node:url';
import { TerminalProcess, type TerminalOptions } from './terminal-process.ts';

/** What a test says to a program on a terminal, step after step; awaiting it waits until the last step is done. */
export interface ConsoleDriver extends PromiseLike<void>, AsyncDisposable {
  readonly terminal: TerminalProcess;
  /** Keys by name (`enter`, `esc`, `down`) or as typed; several come in one piece, as from a fast typist. */
  readonly press: (...keys: readonly string[]) => ConsoleDriver;
  readonly see: (wanted: string | RegExp) => ConsoleDriver;
  readonly miss: (unwanted: string | RegExp) => ConsoleDriver;
  readonly resize: (columns: number, rows: number) => ConsoleDriver;
  readonly pause: (ms: number) => ConsoleDriver;
}

const BIN = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

export interface ConsoleOptions extends TerminalOptions {
  /** Default: the `muster` of this checkout, as built. */
  readonly program?: string;
  /** Another program altogether, with all its arguments. */
  readonly file?: string;
}

/** Starts the real program on a real terminal: `await openConsole(['--data', folder]).see('home').press('2').see('accounts')`. */
export function openConsole(args: readonly string[], { program = BIN, file, ...options }: ConsoleOptions = {}): ConsoleDriver {
  const terminal =
    file === undefined
      ? new TerminalProcess(process.execPath, [program, ...args], options)
      : new TerminalProcess(file, args, options);
  const contains = (screen: string, wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen);
  let work = Promise.resolve();
  const step = (run: () => void | Promise<void>): ConsoleDriver => {
    work = work.then(run);
    // Whoever awaits a later step is told; nobody else need be.
    work.catch(() => undefined);
    return driver;
  };
  const driver: ConsoleDriver = {
    terminal,
    press: (...keys) => step(() => terminal.press(...keys)),
    see: (wanted) => step(() => terminal.until((screen) => contains(screen, wanted), `not seen: ${String(wanted)}`)),
    miss: (unwanted) => step(() => terminal.until((screen) => !contains(screen, unwanted), `still seen: ${String(unwanted)}`)),
    resize: (columns, rows) => step(() => terminal.resize(columns, rows)),
    pause: (ms) => step(() => new Promise((resolve) => setTimeout(resolve, ms))),
    // oxlint-disable-next-line unicorn/no-thenable, promise/no-callback-in-promise -- the chain is awaited as a whole
    then: (done, failed) => work.then(done, failed),
    [Symbol.asyncDispose]: () => terminal[Symbol.asyncDispose](),
  };
  return driver;
}
