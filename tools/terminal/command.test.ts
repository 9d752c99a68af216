import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleDriver, openConsole } from './console-driver.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
const PASSPHRASE = 'otter lamp seven canyon violet';

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-command-'));
  env = { MUSTER_HOME: join(folder, 'data'), HOME: folder, TZ: 'UTC' };
  const lines = Array.from({ length: 12 }, (_, at) => `ptc,heron${at},Reed${at}lake`);
  await writeFile(join(folder, 'accounts.csv'), `${lines.join('\n')}\n`);
  await muster('import', 'pokepool', 'accounts.csv', '--level', '30');
});
afterAll(async () => {
  await muster('stop');
  await rm(folder, { recursive: true, force: true });
});

/** In a pipe, for what is not looked at here. */
const muster = async (...args: readonly string[]): Promise<string> => {
  const surroundings = { PATH: process.env['PATH'] ?? '', ...env };
  return (await promisify(execFile)(process.execPath, [BIN, ...args], { cwd: folder, env: surroundings })).stdout;
};
/** On a terminal of the usual size. */
const typed = (...args: readonly string[]): ConsoleDriver => openConsole(args, { columns: 80, rows: 24, cwd: folder, env });
const ended = async ({ terminal }: ConsoleDriver): Promise<readonly [code: number, screen: string]> => [
  await terminal.exited(),
  terminal.screen(),
];
const labels = async (): Promise<number> => (JSON.parse(await muster('accounts', 'list', '--json')) as { total: number }).total;

test('lists have a header and fit the terminal', async () => {
  await using console = typed('accounts', 'list', '--limit', '3');
  await console.see('3 of 12 accounts');
  expect(console.terminal.line(0)).toMatch(/^ID +PLUGIN +ACCOUNT +STATE/);
  expect(console.terminal.line(1)).toMatch(/heron0 +● ready/);
  expect(console.terminal.line(4)).toContain('3 of 12');
});

test('a passphrase is asked for twice and never shown', async () => {
  await using console = typed('vault', 'add-slot');
  await console
    .see('passphrase: ')
    .press(PASSPHRASE, 'enter')
    .see('passphrase again: ')
    .press('another', 'enter')
    .see('not the same');
  expect(await console.terminal.exited()).toBe(2);
  expect(console.terminal.raw).not.toContain('otter');

  await using second = typed('vault', 'add-slot');
  await second
    .see('passphrase: ')
    .press(PASSPHRASE, 'enter')
    .see('again: ')
    .press(PASSPHRASE, 'enter')
    .see('opens the vault as well');
  expect(await second.terminal.exited()).toBe(0);
  expect(second.terminal.raw).not.toContain('otter');
});

test('Ctrl-C at a hidden question changes nothing', async () => {
  await using console = typed('vault', 'add-slot');
  await console.see('passphrase: ').press('\u0003').see('nothing was changed');
  expect(await console.terminal.exited()).toBe(130);
});

test('what cannot be undone is confirmed by typing what it is, never by Enter', async () => {
  await using first = typed('accounts', 'remove', '--account', 'heron10', 'heron11');
  await first.see('Type 2 to go on:').press('enter').see('Not confirmed');
  expect([await first.terminal.exited(), await labels()]).toEqual([130, 12]);
  await using second = typed('accounts', 'remove', '--account', 'heron10', 'heron11');
  await second.see('Type 2 to go on:').press('2', 'enter').see('2 accounts deleted');
  expect([await second.terminal.exited(), await labels()]).toEqual([0, 10]);
});

test('secrets are written in the clear after a word is typed', async () => {
  await using console = typed('export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--out', 'secret.csv');
  await console.see('Type secrets to go on:').press('secrets', 'enter');
  expect(await console.terminal.exited()).toBe(0);
  expect(await readFile(join(folder, 'secret.csv'), 'utf8')).toContain('ptc,heron3,Reed3lake');
  expect((await stat(join(folder, 'secret.csv'))).mode & 0o777).toBe(0o600);
});

test('each account with another password is asked about', async () => {
  await writeFile(join(folder, 'changed.csv'), 'ptc,heron0,NEW0word\nptc,heron1,NEW1word\nptc,heron2,NEW2word\n');
  await using console = typed('import', 'pokepool', 'changed.csv', '--on-conflict', 'ask');
  await console
    .see('heron0 is known with another secret')
    .press('n', 'enter')
    .see('heron1 is known')
    .press('maybe', 'enter')
    .see(/heron1 is known[^]*heron1 is known/)
    .press('y', 'enter')
    .see('heron2 is known')
    .press('none', 'enter');
  const [code, screen] = await ended(console);
  expect([code, screen]).toEqual([0, expect.not.stringContaining('word')]);
  const csv = await muster('export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--yes');
  expect(csv.split('\n').slice(0, 3)).toEqual(['ptc,heron0,Reed0lake', 'ptc,heron1,NEW1word', 'ptc,heron2,Reed2lake']);
});

test('the progress stays one line, and gives way to the result', async () => {
  const script = join(folder, 'check.sh');
  await writeFile(script, 'while read -r line; do sleep 0.2; echo \'{"verdict":"wrong-credentials"}\'; done\n');
  await muster('plugin', 'config', 'pokepool', 'checker=command', `checkCommand=["sh","${script}"]`, 'checksAtOnce=1');
  await using console = typed('run', 'pokepool.check', '--all', '--concurrency', '1');
  await console.see(/^Check: [1-9] of 10/);
  expect(console.terminal.line(1)).toBe('');
  await console.see(/Check: 10 \w+ in \d+s\./);
  expect(console.terminal.line(0)).toMatch(/^Check: 10 \w+ in/);
});

test('Ctrl-C leaves the job to the host, a second one cancels it, and nothing is left busy', async () => {
  await muster('plugin', 'config', 'pokepool', 'checkCommand=["sleep","60"]');
  await using console = typed('run', 'pokepool.check', '--account', 'heron5');
  await console
    .see('Check: 0 of 1')
    .press('\u0003')
    .see('Ctrl-C again within 3 s')
    .press('\u0003')
    .see('cancelling')
    .see('cancelled');
  expect(await console.terminal.exited()).toBe(130);
  expect(JSON.parse(await muster('accounts', 'show', 'heron5', '--json'))).toMatchObject({
    account: { holder: null },
  });

  await using other = typed('run', 'pokepool.check', '--account', 'heron6');
  await other.see('Check: 0 of 1').press('\u0003').see('the job goes on without this command');
  expect(await other.terminal.exited()).toBe(130);
  const { jobs } = JSON.parse(await muster('jobs', 'list', '--state', 'running', '--json')) as {
    jobs: readonly { id: string }[];
  };
  expect(jobs).toHaveLength(1);
  await muster('jobs', 'cancel', jobs[0]?.id ?? '');
});
