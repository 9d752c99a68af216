import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TerminalProcess } from '../terminal/terminal-process.ts';
import { defineBenchmark } from './benchmark.ts';

const ACCOUNTS = 10_000;
const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

async function muster(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [bin, ...args, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`muster ${args.join(' ')} ended with ${code}`);
}

const accounts = Array.from({ length: ACCOUNTS }, (_, at) => `ptc,trainer${at},made${at}up\n`).join('');

/** Milliseconds until a program shows a text that holds. */
async function shown(args: readonly string[], holds: (screen: string) => boolean): Promise<number> {
  const started = performance.now();
  await using terminal = new TerminalProcess(process.execPath, args, { columns: 120, rows: 36 });
  await terminal.until(holds, 'it did not show');
  return performance.now() - started;
}

export const benchmark = defineBenchmark<string>({
  name: 'tui-start',
  title: `From the start of the process to the first full frame with ${ACCOUNTS} accounts in it; the host runs already`,
  n: ACCOUNTS,
  unit: 'ms',
  bar: { atMost: 300 },
  rounds: 10,
  async setup() {
    const folder = await mkdtemp(join(tmpdir(), 'muster-tui-start-'));
    const file = join(folder, 'accounts.csv');
    await writeFile(file, accounts);
    await muster('import', 'pokepool', file, '--data', join(folder, 'data'));
    // As for anybody who opened it before: leaving writes the cache of compiled code.
    await using terminal = new TerminalProcess(process.execPath, [bin, '--data', join(folder, 'data')], {
      columns: 120,
      rows: 36,
    });
    await terminal.until((screen) => /10\D?000/.test(screen), 'it did not show');
    terminal.press('q');
    await terminal.exited();
    return folder;
  },
  // The number of accounts stands in the middle of the frame, the keys in its last line: both there is all there.
  run: (folder) =>
    shown(
      [bin, '--data', join(folder, 'data')],
      (screen) => /10\D?000/.test(screen) && /quit|leave/.test(screen.split('\n').at(-1) ?? ''),
    ),
  versus: {
    name: 'an empty node that prints a word',
    run: () => shown(['-e', "console.log('here')"], (screen) => screen.includes('here')),
  },
  async close(folder) {
    await muster('stop', '--data', join(folder, 'data'));
    await rm(folder, { recursive: true });
  },
});
