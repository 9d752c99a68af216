import { createConsole } from './console.tsx';
import type { RunScreenOptions } from './screen-options.ts';
import type { ScreenEnd } from './shell.ts';
import { createSpeaker } from './spoken/speaker.ts';
import { createKeyInput } from './terminal/key-input.ts';
import { type PreparedTerminal } from './terminal/prepare-terminal.ts';
import { handleOf } from './terminal/stream-handle.ts';
import { stopUntilContinued } from './terminal/suspend.ts';

/** The program as lines of text for readers of screens: the same screens, keys and dialogs, and nothing is ever drawn over. */
export async function runSpoken(options: RunScreenOptions, prepared: PreparedTerminal): Promise<ScreenEnd> {
  const ended = Promise.withResolvers<ScreenEnd>();
  const { stdout } = process;
  handleOf(stdout)?.setBlocking?.(false);
  const hangUp = (): void => ended.resolve('hung-up');
  stdout.on('error', hangUp);
  const write = (text: string): void => void stdout.write(text);
  const console = createConsole({
    client: options.client,
    terminal: {
      size: { width: stdout.columns || 80, height: stdout.rows || 24 },
      backlog: () => stdout.writableLength,
      write,
      async suspend() {
        keys.pause();
        prepared.restore();
        await stopUntilContinued();
        prepared.enter();
        keys.resume();
        speaker.repeat();
      },
      redraw: async () => speaker.repeat(),
    },
    facts: { colors: false, ascii: true, glyphsAsked: true, depth: 0 },
    version: options.version,
    directory: options.directory,
    initialScreen: options.initialScreen ?? 'home',
    stopHost: options.stopHost,
    leave: ended.resolve,
  });
  process.on('SIGHUP', hangUp).on('SIGTERM', hangUp);
  await console.ready;
  const speaker = createSpeaker({ shell: console.shell, screen: console.screen, write });
  const keys = createKeyInput(process.stdin, (key) => {
    console.press(key);
    speaker.afterKey();
  });
  try {
    return await ended.promise;
  } finally {
    process.off('SIGHUP', hangUp).off('SIGTERM', hangUp);
    keys.close();
    speaker.close();
    console.close();
    prepared.restore();
  }
}
