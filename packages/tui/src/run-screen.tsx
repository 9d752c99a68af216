import { render, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { createConsole } from './console.tsx';
import { runSpoken } from './run-spoken.ts';
import type { ScreenEnd } from './shell.ts';
import { lookFile, readLook, writeLook } from './state/look-file.ts';
import type { RunScreenOptions } from './screen-options.ts';
import { createStore } from './state/store.ts';
import { collectAtRest } from './terminal/collect-at-rest.ts';
import { createKeyInput } from './terminal/key-input.ts';
import { NoInput } from './terminal/no-input.ts';
import { ScreenOutput } from './terminal/output.ts';
import { prepareTerminal } from './terminal/prepare-terminal.ts';
import { stopUntilContinued } from './terminal/suspend.ts';
import { terminalFacts } from './terminal/terminal-facts.ts';

/** The first frame waits this long for the host's first answers, so that it is drawn once and not twice. */
const FIRST_ANSWERS_MS = 120;
const LAST_WORDS_MS = 500;
/** A terminal that takes nothing has so long until the screen ends without it. */
const GIVE_UP_MS = 3_000;
const RESIZE_QUIET_MS = 200;

type Suspend = (callback: () => Promise<void>) => Promise<unknown>;

/** Hands out what the drawing library gives only to components. */
function WithSuspend({ take, children }: { take: (suspend: Suspend) => void; children: ReactNode }): ReactNode {
  const { suspendTerminal } = useApp();
  useEffect(() => take(suspendTerminal), [take, suspendTerminal]);
  return children;
}

/**
 * Shows the program on the terminal of this process until the operator leaves or the line is cut. Resolves with the terminal given back.
 * Never ends the host by itself.
 */
export async function runScreen(options: RunScreenOptions): Promise<ScreenEnd> {
  const prepared = options.terminal ?? prepareTerminal();
  if (prepared.linear) return runSpoken(options, prepared);
  const stopCollecting = collectAtRest();
  const env = options.env ?? process.env;
  const facts = terminalFacts(env);
  const file = lookFile(env);
  const look = createStore(readLook(file));
  prepared.setMouse(look.get().mouse === 'on');
  const output = new ScreenOutput({ stdout: process.stdout });
  const ended = Promise.withResolvers<ScreenEnd>();
  let suspendDrawing: Suspend = async (callback) => callback();

  const aside = async (callback: () => Promise<void>): Promise<void> => {
    await suspendDrawing(async () => {
      keys.pause();
      await output.drained(LAST_WORDS_MS);
      prepared.restore();
      await callback();
      prepared.enter();
      keys.resume();
    });
  };
  const redraw = (): Promise<void> => suspendDrawing(async () => {}).then(() => undefined);
  const console = createConsole({
    client: options.client,
    terminal: {
      size: { width: output.columns, height: output.rows },
      backlog: () => output.backlog,
      write: (sequence) => void output.write(sequence),
      suspend: () => aside(stopUntilContinued),
      redraw,
      shown: () => output.shown(),
      images: output.images,
    },
    facts,
    env,
    look,
    version: options.version,
    directory: options.directory,
    initialScreen: options.initialScreen ?? 'home',
    stopHost: options.stopHost,
    leave: ended.resolve,
  });
  const keys = createKeyInput(process.stdin, console.press);
  look.subscribe(() => {
    prepared.setMouse(look.get().mouse === 'on');
    try {
      writeLook(file, look.get());
    } catch (thrown) {
      console.shell.notices.problem(thrown);
    }
  });
  let hungUp = false;
  const hangUp = (): void => {
    hungUp = true;
    ended.resolve('hung-up');
  };
  const resize = (): void => {
    output.resized();
    console.resize({ width: output.columns, height: output.rows });
    // After the components have the new size, or the library would draw the old ones at it.
    queueMicrotask(() => output.emit('resize'));
    // Frames that crossed the resize on the line were drawn for the old size: once it is quiet, everything is drawn anew.
    clearTimeout(quiet);
    quiet = setTimeout(() => void redraw().catch(() => undefined), RESIZE_QUIET_MS);
  };
  let quiet: NodeJS.Timeout | undefined;
  process.on('SIGHUP', hangUp).on('SIGTERM', hangUp);
  process.stdout.on('resize', resize);
  output.on('gone', hangUp);

  await Promise.race([console.ready, new Promise((resolve) => setTimeout(resolve, FIRST_ANSWERS_MS))]);
  const instance = render(<WithSuspend take={(suspend) => (suspendDrawing = suspend)}>{console.view}</WithSuspend>, {
    stdout: output as unknown as NodeJS.WriteStream,
    stdin: new NoInput() as unknown as NodeJS.ReadStream,
    alternateScreen: true,
    // Whole frames: the output itself finds what changed, cell by cell.
    incrementalRendering: false,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
    maxFps: 60,
  });
  // A component that throws ends the drawing: the error goes to the caller, with the terminal given back.
  const crashed = instance.waitUntilExit().then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race([ended.promise, crashed]);
  } finally {
    process.off('SIGHUP', hangUp).off('SIGTERM', hangUp);
    process.stdout.off('resize', resize);
    clearTimeout(quiet);
    stopCollecting();
    keys.close();
    console.close();
    instance.unmount();
    process.stdout.write(output.images.end() + prepared.farewell());
    await output.drained(LAST_WORDS_MS);
    if (output.backlog > 0 && !hungUp) await output.drained(GIVE_UP_MS);
    if (output.backlog > 0) output.abandon();
    prepared.restore();
  }
}
