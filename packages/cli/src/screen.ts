import type { ScreenId } from '@muster/tui';
import { prepareTerminal } from '@muster/tui/prepare-terminal';
import type { GlobalOptions } from './context.ts';
import type { Surroundings } from './create-context.ts';
import { EXIT } from './exit-codes.ts';

const HUNG_UP = 129;
const SCREENS = [
  'home',
  'accounts',
  'jobs',
  'sessions',
  'pool',
  'gateway',
  'views',
  'proxies',
  'inbox',
  'logs',
  'plugins',
  'hooks',
  'settings',
  'help',
] as const satisfies readonly ScreenId[];

const screenOf = (name: string | undefined): ScreenId | undefined => SCREENS.find((one) => one === name);

/** Attaches to the host, starting one where none runs, and shows the screen until it is left. */
export async function screen(options: GlobalOptions, name: string | undefined, surroundings: Surroundings): Promise<number> {
  const initialScreen = screenOf(name);
  if (name !== undefined && initialScreen === undefined) {
    process.stderr.write(`muster: --screen takes ${SCREENS.join(', ')}.\n`);
    return EXIT.usage;
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write('muster: the screen needs a terminal; `muster --help` lists what works without one.\n');
    return EXIT.usage;
  }
  const terminal = prepareTerminal();
  const [{ createContext }, { runScreen }, { version }] = await Promise.all([
    import('./create-context.ts'),
    import('@muster/tui'),
    import('./own-package.ts'),
  ]);
  const context = createContext(options, surroundings);
  // The screen sees to signals itself, and gives the terminal back.
  let release: (() => void) | undefined;
  try {
    const client = await context.client();
    release = context.onInterrupt(() => undefined);
    const end = await runScreen({
      client,
      terminal,
      version: version(),
      directory: context.directory,
      ...(initialScreen === undefined ? {} : { initialScreen }),
      stopHost: async () => void (await client.call('stopHost')),
    });
    return end === 'hung-up' ? HUNG_UP : EXIT.done;
  } catch (thrown) {
    terminal.restore();
    const { reportError } = await import('./report-error.ts');
    return reportError(thrown, context.out, surroundings.env['MUSTER_DEBUG'] === '1');
  } finally {
    release?.();
    terminal.restore();
    await context.close();
  }
}
