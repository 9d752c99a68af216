import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestClock } from '../testing/test-clock.ts';
import type { EventsOptions } from './create-events.ts';
import { openEvents } from './create-events.ts';
import { createRedactor, MASK } from './create-redactor.ts';
import type { MusterEvent, NewEvent } from './event.ts';
import type { Events } from './events.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 21, 12);

let home: string;
let directory: string;
const opened: Events[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-events-'));
  directory = join(home, 'events');
});
afterEach(async () => {
  for (const events of opened.splice(0)) await events.close();
  await rm(home, { recursive: true });
});

const open = async (options: Partial<EventsOptions> = {}): Promise<Events> => {
  const events = await openEvents({ directory, clock: createTestClock(START), redactor: createRedactor(), ...options });
  opened.push(events);
  return events;
};

const note = (message: string, more: Partial<NewEvent> = {}): NewEvent => ({
  level: 'info',
  type: 'test.noted',
  message,
  ...more,
});
const messages = (events: readonly MusterEvent[]): string[] => events.map(({ message }) => message);
const onDisk = async (): Promise<string> => {
  const names = (await readdir(directory)).toSorted();
  return (await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))).join('');
};

test('events are lines of the day’s file, for the owner only, numbered one by one', async () => {
  const events = await open();
  await Promise.all([events.record(note('a')), events.record(note('b', { level: 'audit', actor: 'local', account: 'x1' }))]);
  expect(await readdir(directory)).toEqual(['2026-11-21.ndjson']);
  expect(await onDisk()).toBe(
    `{"seq":1,"at":${START},"level":"info","type":"test.noted","message":"a"}\n` +
      `{"seq":2,"at":${START},"level":"audit","type":"test.noted","message":"b","actor":"local","account":"x1"}\n`,
  );
  expect((await stat(join(directory, '2026-11-21.ndjson'))).mode & 0o777).toBe(0o600);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect(events.lastSeq).toBe(2);
});

test('who listens hears each event once, in order, when it is in the file', async () => {
  const events = await open();
  const heard: number[] = [];
  events.event$.subscribe(({ seq }) => heard.push(seq));
  await Promise.all(Array.from({ length: 5_000 }, (_, at) => events.record(note(`n${at}`))));
  expect(heard).toEqual(Array.from({ length: 5_000 }, (_, at) => at + 1));
  expect((await onDisk()).split('\n')).toHaveLength(5_001);
});

test('numbers go on after a restart, and older events are found', async () => {
  const first = await open();
  for (const message of ['a', 'b', 'c']) await first.record(note(message));
  await first.close();
  const second = await open();
  expect(second.lastSeq).toBe(3);
  await second.record(note('d'));
  expect((await second.query({})).map(({ seq, message }) => `${seq}${message}`)).toEqual(['1a', '2b', '3c', '4d']);
});

test('a last line that a crash cut short is taken off; one that only lacks its end is kept', async () => {
  const first = await open();
  for (const message of ['a', 'b']) await first.record(note(message));
  await first.close();
  const path = join(directory, '2026-11-21.ndjson');
  const whole = await readFile(path);
  const firstLine = whole.indexOf('\n') + 1;
  for (let size = whole.length; size >= 0; size -= 1) {
    await writeFile(path, whole);
    await truncate(path, size);
    const events = await openEvents({ directory, clock: createTestClock(START), redactor: createRedactor() });
    const left = size >= whole.length - 1 ? ['a', 'b'] : size >= firstLine - 1 ? ['a'] : [];
    await events.record(note('after'));
    expect(messages(await events.query({}))).toEqual([...left, 'after']);
    expect(events.lastSeq).toBe(left.length + 1);
    await events.close();
  }
});

test('damaged lines are passed over, and the numbers still go on', async () => {
  const first = await open();
  await first.record(note('a'));
  await first.close();
  await appendFile(join(directory, '2026-11-21.ndjson'), `${'\0'.repeat(5_000)}\n{"seq":"7"}\nnull\n[]\n{"seq":1e99}\n`);
  await writeFile(join(directory, '2026-11-22.ndjson'), 'garbage');
  await writeFile(join(directory, 'notes.txt'), 'not ours');
  const second = await open();
  expect(second.lastSeq).toBe(1);
  await second.record(note('b'));
  expect(messages(await second.query({}))).toEqual(['a', 'b']);
});

test('each day has its file, and a clock set back does not put events before older ones', async () => {
  const clock = createTestClock(START);
  const first = await open({ clock });
  await first.record(note('a'));
  await clock.advance(DAY);
  await first.record(note('b'));
  await first.close();
  const second = await open({ clock: createTestClock(START - DAY) });
  await second.record(note('c'));
  expect((await readdir(directory)).toSorted()).toEqual(['2026-11-21.ndjson', '2026-11-22.ndjson']);
  await second.close();
  expect(messages(await (await open()).query({}))).toEqual(['a', 'b', 'c']);
});

test('a large file is followed by another part, in the order of their numbers', async () => {
  const first = await open({ maxFileBytes: 200 });
  for (let at = 0; at < 36; at += 1) await first.record(note(`n${at}`));
  await first.close();
  const names = await readdir(directory);
  expect(names).toContain('2026-11-21-10.ndjson');
  const second = await open({ maxFileBytes: 200 });
  expect(second.lastSeq).toBe(36);
  expect(messages(await second.query({ limit: 3 }))).toEqual(['n33', 'n34', 'n35']);
  expect(await second.query({})).toHaveLength(36);
});

test('the oldest files go when there are too many bytes or days, but never the newest', async () => {
  const clock = createTestClock(START);
  const events = await open({ clock, maxFileBytes: 100, retention: { days: 3, bytes: 1_000 } });
  for (let at = 0; at < 30; at += 1) await events.record(note(`n${at}`));
  const sizes = await Promise.all((await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_200);
  await clock.advance(10 * DAY);
  await events.record(note('late'));
  expect(await readdir(directory)).toEqual(['2026-12-01.ndjson']);
});

test('queries narrow by number, time, account, job, level and text, newest last', async () => {
  const clock = createTestClock(START);
  const events = await open({ clock });
  for (let at = 1; at <= 6; at += 1) {
    await events.record(
      note(`Message ${at}`, { account: at % 2 ? 'odd' : 'even', job: `j${at % 3}`, level: at === 4 ? 'error' : 'info' }),
    );
    await clock.advance(1_000);
  }
  await events.close();
  for (const from of [events, await open()]) {
    const found = async (query: Parameters<Events['query']>[0]): Promise<number[]> =>
      (await from.query(query)).map(({ seq }) => seq);
    expect(await found({ limit: 2 })).toEqual([5, 6]);
    expect(await found({ after: 4 })).toEqual([5, 6]);
    expect(await found({ after: 6 })).toEqual([]);
    expect(await found({ before: 3 })).toEqual([1, 2]);
    expect(await found({ before: 5, limit: 1 })).toEqual([4]);
    expect(await found({ sinceMs: START + 4_000 })).toEqual([5, 6]);
    expect(await found({ account: 'odd' })).toEqual([1, 3, 5]);
    expect(await found({ account: 'odd', job: 'j0' })).toEqual([3]);
    expect(await found({ job: 'j2' })).toEqual([2, 5]);
    expect(await found({ levels: ['error'] })).toEqual([4]);
    expect(await found({ levels: ['error', 'info'], limit: 1 })).toEqual([6]);
    expect(await found({ text: 'mESSAGE 3' })).toEqual([3]);
    expect(await found({ text: 'TEST.NOTED', limit: 1 })).toEqual([6]);
    expect(await found({ account: 'od' })).toEqual([]);
    expect(await found({ account: '' })).toEqual([]);
    expect(await found({ limit: 0 })).toEqual([]);
  }
});

test('what is no longer in memory is read from the files, without a gap or a double', async () => {
  const events = await open({ recent: 10, maxFileBytes: 2_000 });
  for (let at = 1; at <= 137; at += 1) await events.record(note(`n${at}`, { account: `a${at % 7}` }));
  expect((await events.query({ limit: 1_000 })).map(({ seq }) => seq)).toEqual(Array.from({ length: 137 }, (_, at) => at + 1));
  expect((await events.query({ account: 'a3', limit: 1_000 })).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 20 }, (_, at) => 3 + at * 7).filter((seq) => seq <= 137),
  );
  expect(await events.query({ after: 120, limit: 1_000 })).toHaveLength(17);
});

test('known secrets do not reach the file, the listeners or a query', async () => {
  const redactor = createRedactor();
  const events = await open({ redactor });
  redactor.add('CANARY-1"\\');
  const heard: string[] = [];
  events.event$.subscribe((event) => heard.push(JSON.stringify(event)));
  await events.record(note('with CANARY-1"\\', { actor: 'CANARY-1"\\', fields: { a: ['CANARY-1"\\'], password: 'CANARY-2' } }));
  for (const text of [await onDisk(), heard.join(''), JSON.stringify(await events.query({}))]) {
    expect(text).toContain(MASK);
    expect(text).not.toContain('CANARY');
  }
});

test('hostile text is data: it reads back the same, and the file steers no terminal', async () => {
  const events = await open();
  const hostile = '\u001b]52;c;aGk=\u0007\r\n{"seq":99}\u0000\u009b31m\u202e\u2066\u2028\u2029\u200b\ufeff\u{e0041}\u007f';
  await events.record(note(hostile, { account: hostile, fields: JSON.parse('{"__proto__":{"x":1},"constructor":"y"}') }));
  await events.close();
  expect((await onDisk()).trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const again = await open();
  const [event] = await again.query({ account: hostile });
  expect(event?.message).toBe(hostile);
  expect(Object.entries(event?.fields ?? {})).toEqual([
    ['__proto__', { x: 1 }],
    ['constructor', 'y'],
  ]);
});

test('any text survives writing and reading', async () => {
  const events = await open();
  const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1 }), 300);
  for (const text of texts) await events.record(note(text));
  await events.close();
  expect(messages(await (await open()).query({ limit: 1_000 }))).toEqual(texts);
});

test('an event of any size takes a bounded part of the log', async () => {
  const events = await open();
  await events.record(note('x'.repeat(1_000_000), { fields: { big: 'y'.repeat(1_000_000) } }));
  expect((await onDisk()).length).toBeLessThan(5_000);
  expect((await events.query({}))[0]?.fields).toEqual({ omitted: '1000010 characters' });
});

test('when the files cannot be written, audit events are refused and others are counted; later both go on', async () => {
  const events = await open({ maxFileBytes: 1 });
  await events.record(note('a'));
  await rm(directory, { recursive: true });
  await writeFile(directory, 'a file is in the way');
  await expect(events.record(note('secret seen', { level: 'audit' }))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await events.record(note('b'));
  await events.record(note('c'));
  expect(messages(await events.query({ after: 1 }))).toEqual(['b', 'c']);
  await rm(directory);
  await mkdir(directory);
  await events.record(note('d', { level: 'audit' }));
  await events.close();
  const text = await onDisk();
  expect(text).toContain('"type":"log.gap","message":"2 events could not be written to the log"');
  expect(text).toContain('"message":"d"');
});

test('a symbolic link in the place of a file is not followed', async () => {
  await mkdir(directory);
  await writeFile(join(home, 'victim'), '');
  await symlink(join(home, 'victim'), join(directory, '2026-11-21.ndjson'));
  const events = await open();
  await expect(events.record(note('a', { level: 'audit' }))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(await readFile(join(home, 'victim'), 'utf8')).toBe('');
});

test('after it is closed, an audit event is refused and another one is ignored', async () => {
  const events = await open();
  await events.close();
  await events.record(note('late'));
  await expect(events.record(note('late', { level: 'audit' }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
