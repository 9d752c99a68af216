import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestClock } from '../testing/test-clock.ts';
import { createRedactor } from './create-redactor.ts';
import type { LogFile, LogFileOptions } from './log-file.ts';
import { createLogFile } from './log-file.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-log-'));
});
afterEach(async () => rm(home, { recursive: true }));

const create = (options: Partial<LogFileOptions> = {}): LogFile =>
  createLogFile({
    path: join(home, 'log', 'host.log'),
    clock: createTestClock(Date.UTC(2026, 10, 21)),
    redactor: createRedactor(),
    ...options,
  });
const text = (name = 'host.log'): Promise<string> => readFile(join(home, 'log', name), 'utf8');

test('lines carry the time and are for the owner only', async () => {
  const log = create();
  log.write('started');
  log.write('Error: x\n    at y');
  await log.close();
  expect(await text()).toBe('2026-11-21T00:00:00.000Z started\n2026-11-21T00:00:00.000Z Error: x\n        at y\n');
  expect((await stat(join(home, 'log', 'host.log'))).mode & 0o777).toBe(0o600);
});

test('nothing in it steers a terminal, and known secrets are masked', async () => {
  const redactor = createRedactor();
  redactor.add('hunter22');
  const log = create({ redactor });
  log.write('\u001b[2J\u202e\rhunter22');
  await log.close();
  expect(await text()).toMatch(/ \\x1b\[2J\\x202e\\x0d‹secret›\n$/);
});

test('a full file moves aside, and only so many are kept', async () => {
  const log = create({ maxBytes: 100, keep: 2 });
  for (let at = 0; at < 12; at += 1) {
    log.write(`line ${at} ${'.'.repeat(40)}`);
    await log.flush();
  }
  await log.close();
  expect((await readdir(join(home, 'log'))).toSorted()).toEqual(['host.log', 'host.log.1', 'host.log.2']);
  expect(await text('host.log.2')).toContain('line 6');
  expect(await text('host.log')).toContain('line 11');
});

test('it goes on where an earlier host left off', async () => {
  for (const word of ['one', 'two']) {
    const log = create();
    log.write(word);
    await log.close();
  }
  expect((await text()).split('\n')).toHaveLength(3);
});

test('what could not be written is counted, once writing works again', async () => {
  await writeFile(join(home, 'log'), 'a file is in the way');
  const log = create();
  log.write('lost');
  log.write('lost too');
  await log.flush();
  await rm(join(home, 'log'));
  await mkdir(join(home, 'log'));
  log.write('back');
  await log.close();
  expect(await text()).toMatch(/Z 2 lines could not be written\n.*Z back\n$/);
});

test('more than memory should hold is dropped and counted', async () => {
  const log = create();
  for (let at = 0; at < 6; at += 1) log.write('x'.repeat(1_000_000));
  await log.flush();
  log.write('after');
  await log.close();
  expect(await text()).toMatch(/^[^ ]+Z 2 lines could not be written\n[^]*Z after\n$/);
});
