import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkBrowser, checkDirectory, checkDisk, checkNode, checkTerminal } from './machine.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['v22.18.0', 'ok'],
  ['v26.10.0', 'ok'],
  ['v22.17.1', 'fail'],
  ['v20.20.2', 'fail'],
])('Node %s: %s', (version, verdict) => {
  expect(checkNode(version).verdict).toBe(verdict);
});

test('a data directory that is not there yet is no fault where it can be made', async () => {
  expect(await checkDirectory(join(folder, 'a', 'b'))).toMatchObject({
    verdict: 'ok',
    message: expect.stringContaining('will be made'),
  });
});

test('a data directory that others can read is warned of, with what to do', async () => {
  await chmod(folder, 0o755);
  expect(await checkDirectory(folder)).toMatchObject({ verdict: 'warn', advice: `chmod 700 ${folder}` });
  await chmod(folder, 0o700);
  expect(await checkDirectory(folder)).toMatchObject({ verdict: 'ok' });
});

test('a file in the place of the data directory fails', async () => {
  await writeFile(join(folder, 'data'), '');
  expect(await checkDirectory(join(folder, 'data'))).toMatchObject({ verdict: 'fail' });
});

test('free space is looked up also before the directory exists', async () => {
  expect((await checkDisk(join(folder, 'not', 'yet'))).message).toMatch(/ free$/);
});

test('a browser is found on the PATH, or by its name in the environment', async () => {
  expect(await checkBrowser({ PATH: folder })).toMatchObject({ verdict: 'warn' });
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'chromium'), '', { mode: 0o755 });
  expect(await checkBrowser({ PATH: `${folder}:${join(folder, 'bin')}` })).toMatchObject({
    verdict: 'ok',
    message: join(folder, 'bin', 'chromium'),
  });
  expect(await checkBrowser({ PATH: join(folder, 'bin'), CHROME_PATH: '/none' })).toMatchObject({ verdict: 'warn' });
});

test('a terminal is told what it lacks', () => {
  const verdicts = (facts: Partial<Parameters<typeof checkTerminal>[0]>) =>
    checkTerminal({ tty: true, columns: 80, rows: 24, env: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, ...facts }).map(
      ({ name, verdict }) => `${name} ${verdict}`,
    );
  expect(verdicts({})).toEqual(['terminal ok', 'characters ok', 'colour ok']);
  expect(verdicts({ tty: false })).toEqual(['terminal warn']);
  expect(verdicts({ columns: 40, env: { TERM: 'linux', LANG: 'C' } })).toEqual([
    'terminal warn',
    'characters warn',
    'colour warn',
  ]);
});
