import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../events/create-redactor.ts';
import { testEvents } from '../testing/roster-things.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createEvidence } from './create-evidence.ts';

const DAY = 86_400_000;

describe('evidence', () => {
  let directory: string;
  const of = { job: 'job1', task: 'task1' };
  const open = (keepMs = 14 * DAY) => {
    const clock = createTestClock();
    const redactor = createRedactor();
    const folder = join(directory, 'evidence');
    const events = testEvents();
    return { clock, redactor, folder, events, evidence: createEvidence({ directory: folder, keepMs, clock, redactor, events }) };
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-evidence-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is kept for its owner only, under the task', async () => {
    const { evidence, folder } = open();
    const path = await evidence.keep(of, 'page.png', new Uint8Array([1, 2, 3]));
    expect(path).toBe(join(folder, 'job1', 'task1', 'page.png'));
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    const modes = await Promise.all([path, join(path, '..'), join(path, '..', '..'), folder].map((each) => stat(each)));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['600', '700', '700', '700']);
  });

  it('never writes over what is there, and tells the oldest first', async () => {
    const { evidence, clock } = open();
    await evidence.keep(of, 'page.html', 'first');
    await clock.advance(1_000);
    await evidence.keep(of, 'page.html', 'second');
    await evidence.keep({ ...of, task: 'task2' }, 'a', 'x');
    const listed = await evidence.list('job1');
    expect(listed.get('task1')?.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['page.html', 5],
      ['page-2.html', 6],
    ]);
    expect([...listed.keys()].toSorted()).toEqual(['task1', 'task2']);
    expect(listed.get('task1')?.[1]?.at).toBe(clock.now());
    expect([...(await evidence.list('job1', new Set(['task2', 'task3']))).keys()]).toEqual(['task2']);
    expect((await evidence.list('job2')).size).toBe(0);
  });

  it('masks known secrets in a text', async () => {
    const { evidence, redactor } = open();
    redactor.add('hunter-2222');
    const path = await evidence.keep(of, 'page.html', '<p>hunter-2222</p>');
    expect(await readFile(path, 'utf8')).not.toContain('hunter');
  });

  it.each(['', '.', '..', '../x', 'a/b', '.hidden', 'a\0b', 'a\nb', 'x'.repeat(101)])('refuses the name %j', async (name) => {
    const { evidence } = open();
    await expect(evidence.keep(of, name, 'x')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(evidence.keep({ job: '../x', task: 'a' }, 'a', 'x')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is read by its name, and nothing else is', async () => {
    const { evidence, folder } = open();
    await evidence.keep(of, 'page.html', 'as it was');
    expect(Buffer.from(await evidence.read(of, 'page.html')).toString()).toBe('as it was');
    await writeFile(join(folder, 'secret'), 'x');
    await symlink(join(folder, 'secret'), join(folder, 'job1', 'task1', 'link'));
    await mkdir(join(folder, 'job1', 'task1', 'folder'));
    for (const name of ['page.png', 'link', 'folder'])
      await expect(evidence.read(of, name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(evidence.read({ ...of, task: 'task2' }, 'page.html')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const name of ['../secret', '..', '', 'a/b', '%2e%2e'])
      await expect(evidence.read(of, name)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(evidence.read({ job: '..', task: 'task1' }, 'page.html')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('refuses what is too large', async () => {
    const { evidence } = open();
    await expect(evidence.keep(of, 'a', new Uint8Array(33 * 1_024 * 1_024))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect((await evidence.list('job1')).size).toBe(0);
  });

  it('goes after the set time: at the start, and then daily', async () => {
    const { evidence, clock, folder } = open(2 * DAY);
    await evidence.keep(of, 'old', 'x');
    await clock.advance(DAY + 1);
    await evidence.keep(of, 'new', 'x');
    expect(await evidence.sweep()).toBe(0);
    evidence.start();
    await clock.advance(DAY);
    await evidence.stop();
    expect((await evidence.list('job1')).get('task1')?.map(({ name }) => name)).toEqual(['new']);
    await clock.advance(2 * DAY);
    expect(await evidence.sweep()).toBe(1);
    await expect(stat(join(folder, 'job1'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
