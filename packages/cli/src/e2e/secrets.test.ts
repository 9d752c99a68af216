import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANARY, commandLines, holders } from './canary.ts';
import { createHome, secretOf, type Ended, type Home } from './home.ts';
import { addQuiz } from './quiz-plugin.ts';

const PIN = 'CaNaRy-pin-Xw4';

/** Everything that commands printed, together. */
let printed = '';
let home: Home;
beforeAll(async () => {
  home = await createHome({ MUSTER_DEBUG: '1' });
  await mkdir(home.data, { mode: 0o700 });
  await addQuiz(home.data);
  await home.writeAccounts('accounts.csv', 40);
});
afterAll(() => home[Symbol.asyncDispose]());

async function say(args: readonly string[], input?: string): Promise<Ended> {
  const ended = await home.run(args, input);
  printed += ended.stdout + ended.stderr;
  return ended;
}

const childrenOf = async (pid: number): Promise<string[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter((id) => id !== '');

test('whatever is done with accounts, their secrets are in no file, log, event or output', async () => {
  await say(['import', 'pokepool', 'accounts.csv', '--level', '30', '--dry-run']);
  await say(['import', 'pokepool', 'accounts.csv', '--level', '30']);
  await say(['accounts', 'add', 'quiz', 'name=mila', '--secrets-stdin', '--json'], PIN);
  for (const how of ['message', 'pin', 'retire']) await say(['run', 'quiz.fail', '--all', '--with', how, '--json']);
  await say(['run', 'quiz.fail', '--all', '--with', 'pin']);
  // A checker that prints what it is given, and fails.
  const loud = JSON.stringify(['sh', '-c', 'read line; echo "$line" >&2; echo "$line"; exit 3']);
  await say(['plugin', 'config', 'pokepool', 'checker=command', `checkCommand=${loud}`]);
  await say(['run', 'pokepool.check', '--account', 'heron1', 'heron2', '--json']);
  await say(['plugin', 'config', 'pokepool', 'checker=none']);
  await say(['run', 'pokepool.allocate', '--count', '5', '--accountcsv', 'out.csv', '--json']);
  await home.killHost();
  await say(['vault', 'rotate', '--json']);
  await say(['accounts', 'show', 'heron3', '--json']);
  await say(['accounts', 'list', '--json', '--limit', 'all']);
  await say(['export', 'pokepool', '--format', 'rocketmap', '--out', 'names.csv']);
  await say(['events', '--no-follow', '--json', '--limit', '5000']);
  await say(['jobs', 'list', '--json']);

  const pid = await home.hostPid();
  const processes = await commandLines();
  for (const id of [String(pid), ...(await childrenOf(pid))]) {
    printed += await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
  }
  expect(printed).toContain('heron40');
  expect(printed).not.toContain(CANARY);
  expect(processes).not.toContain(CANARY);
  // It would be found: what was asked for in the clear, and what came from outside.
  expect(await holders(home.folder)).toEqual(['accounts.csv', 'out.csv']);
  expect((await stat(join(home.folder, 'out.csv'))).mode & 0o077).toBe(0);
});

test('an export with secrets is asked for twice, and its file is for its owner only', async () => {
  const args = ['export', 'pokepool', '--format', 'rocketmap', '--with-secrets', '--out', 'secret.csv'];
  const { code, stderr } = await home.run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Add --yes')]);
  expect(await readdir(home.folder)).not.toContain('secret.csv');
  await writeFile(join(home.folder, 'secret.csv'), 'old', { mode: 0o644 });
  expect((await home.run([...args, '--yes'])).code).toBe(0);
  expect(await readFile(join(home.folder, 'secret.csv'), 'utf8')).toContain(secretOf('heron40'));
  expect((await stat(join(home.folder, 'secret.csv'))).mode & 0o777).toBe(0o600);
  const names = (await home.run(['export', 'pokepool', '--format', 'rocketmap'])).stdout;
  expect(names).toContain('heron40');
  expect(names).not.toContain(CANARY);
  expect((await home.json('export', 'pokepool')).value.error.code).toBe('BAD_REQUEST');
});
