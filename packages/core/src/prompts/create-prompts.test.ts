import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { PromptRequest } from '@muster/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createRedactor } from '../events/create-redactor.ts';
import { farm, openWorld } from '../testing/jobs-world.ts';
import type { Ctx } from '../testing/jobs-world.ts';
import { testEvents } from '../testing/roster-things.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createPrompts } from './create-prompts.ts';
import { PROMPTS } from './prompt-record.ts';
import type { PromptRecord } from './prompt-record.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const origin = { plugin: 'farm', job: 'j1', task: 't1', account: 'a1', label: 'anna' };
const never = new AbortController().signal;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-prompts-'));
});
afterAll(() => rm(folder, { recursive: true }));

let nth = 0;
async function open(attended = true) {
  const directory = join(folder, String((nth += 1)));
  const store = await openMemoryStore({ collections: [PROMPTS] });
  const [clock, events] = [createTestClock(), testEvents()];
  const redactor = createRedactor();
  const make = (seed: number) =>
    createPrompts({ store, events, redactor, clock, random: createTestRandom(seed), directory, attended: () => attended });
  return { prompts: make(1), restart: () => make(2), clock, events, redactor, directory };
}

test('a question waits for its answer, and is gone after it', async () => {
  const { prompts, clock, events, redactor } = await open();
  const lists: (readonly PromptRecord[])[] = [];
  prompts.change$.subscribe((list) => lists.push(list));
  const answer = prompts.ask({ kind: 'otp', title: 'Code from the\nmail' }, origin, never);
  await clock.advance(0);
  const [asked] = await prompts.list();
  expect(asked).toMatchObject({ kind: 'otp', title: 'Code from the mail', label: 'anna', task: 't1', image: null });
  expect(asked?.expiresAt).toBe(clock.now() + 600_000);
  await prompts.answer(asked?.id ?? '', ' 123456 \n', 'anna');
  expect(await answer).toBe('123456');
  expect(await prompts.list()).toEqual([]);
  await expect(prompts.answer(asked?.id ?? '', '1', 'anna')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(lists.map(({ length }) => length)).toEqual([1, 0]);
  expect(events.all.map(({ level, type, actor }) => ({ level, type, actor }))).toEqual([
    { level: 'ask', type: 'prompt.asked', actor: undefined },
    { level: 'audit', type: 'prompt.answered', actor: 'anna' },
  ]);
  expect(JSON.stringify(events.all)).not.toContain('123456');
  expect(redactor.redact('the code 123456 was refused')).not.toContain('123456');
  await clock.advance(15 * 60_000);
  // A number like any other again.
  expect(redactor.redact('at 1795123456789')).toContain('1795123456789');
  expect(clock.waiting).toBe(0);
});

test('of two answers at once the first counts', async () => {
  const { prompts, clock } = await open();
  const answer = prompts.ask({ kind: 'text', title: 'Which?' }, origin, never);
  await clock.advance(0);
  const [asked] = await prompts.list();
  const both = await Promise.allSettled(['one', 'two'].map((text) => prompts.answer(asked?.id ?? '', text, 'x')));
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await answer).toBe('one');
});

test('a question that nobody answers expires', async () => {
  const { prompts, clock } = await open();
  const answer = prompts.ask({ kind: 'captcha', title: 'Letters?', expiresInMs: 5_000 }, origin, never);
  const failed = answer.catch((error: unknown) => error);
  await clock.advance(4_999);
  expect(await prompts.list()).toHaveLength(1);
  await clock.advance(1);
  expect(await failed).toMatchObject({ code: 'PROMPT_EXPIRED' });
  expect(await prompts.list()).toEqual([]);
});

test('a question ends with its task', async () => {
  const { prompts, clock } = await open();
  const controller = new AbortController();
  const answer = prompts.ask({ kind: 'confirm', title: 'Sure?' }, origin, controller.signal);
  const failed = answer.catch((error: unknown) => error);
  await clock.advance(0);
  controller.abort(new MusterError('ABORTED', 'stopped'));
  expect(await failed).toMatchObject({ message: 'stopped' });
  expect(await prompts.list()).toEqual([]);
  expect(clock.waiting).toBe(0);
  await expect(prompts.ask({ kind: 'confirm', title: 'Sure?' }, origin, controller.signal)).rejects.toThrow('stopped');
});

test('its picture is a file for the owner alone, removed with the answer', async () => {
  const { prompts, clock, directory } = await open();
  const answer = prompts.ask({ kind: 'qr', title: 'Scan it', image: PNG }, origin, never);
  await clock.advance(0);
  // Writing a file takes real time.
  while ((await prompts.list()).length === 0) await clock.advance(0);
  const [asked] = await prompts.list();
  const path = join(directory, asked?.image ?? '');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect(await prompts.image(asked?.id ?? '')).toEqual(Buffer.from(PNG));
  await prompts.answer(asked?.id ?? '', '', 'anna');
  expect(await answer).toBe('');
  expect(await readdir(directory)).toEqual([]);
  expect(await prompts.image(asked?.id ?? '')).toBeUndefined();
});

test('after a restart the questions of the dead host are gone, with their pictures', async () => {
  const { prompts, restart, clock, directory } = await open();
  void prompts.ask({ kind: 'captcha', title: 'Letters?', image: PNG }, origin, never);
  while ((await prompts.list()).length === 0) await clock.advance(0);
  const next = restart();
  await next.recover();
  expect(await next.list()).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test('the nearest deadline comes first', async () => {
  const { prompts, clock } = await open();
  for (const expiresInMs of [50_000, 10_000, 30_000]) {
    void prompts.ask({ kind: 'text', title: String(expiresInMs), expiresInMs }, origin, never).catch(() => undefined);
  }
  await clock.advance(0);
  expect((await prompts.list()).map(({ title }) => title)).toEqual(['10000', '30000', '50000']);
});

test('where nobody is there, a question fails at once', async () => {
  const { prompts } = await open(false);
  await expect(prompts.ask({ kind: 'otp', title: 'Code?' }, origin, never)).rejects.toMatchObject({ code: 'PROMPT_UNATTENDED' });
});

test.each<[string, unknown, string]>([
  ['an unknown kind', { kind: 'riddle', title: 'x' }, 'BAD_INPUT'],
  ['no words', { kind: 'text', title: '  ' }, 'BAD_INPUT'],
  ['no time', { kind: 'text', title: 'x', expiresInMs: 0 }, 'BAD_INPUT'],
  ['all time', { kind: 'text', title: 'x', expiresInMs: 1e15 }, 'BAD_INPUT'],
  ['a book', { kind: 'text', title: 'x', text: 'y'.repeat(10_001) }, 'BAD_INPUT'],
  ['a picture that is none', { kind: 'qr', title: 'x', image: new Uint8Array([1, 2, 3]) }, 'BAD_INPUT'],
  ['an empty picture', { kind: 'qr', title: 'x', image: new Uint8Array() }, 'BAD_INPUT'],
  ['a picture of 6 MB', { kind: 'qr', title: 'x', image: Buffer.concat([PNG, Buffer.alloc(6e6)]) }, 'TOO_LARGE'],
])('a question with %s is refused', async (_name, request, code) => {
  const { prompts } = await open();
  await expect(prompts.ask(request as PromptRequest, origin, never)).rejects.toMatchObject({ code });
  expect(await prompts.list()).toEqual([]);
});

test('an answer that does not fit is refused, and the question stays', async () => {
  const { prompts, clock } = await open();
  const answer = prompts.ask({ kind: 'confirm', title: 'Sure?' }, origin, never);
  await clock.advance(0);
  const [asked] = await prompts.list();
  const id = asked?.id ?? '';
  await expect(prompts.answer(id, 'perhaps', 'x')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(prompts.answer(id, '', 'x')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(prompts.answer(id, 'y'.repeat(10_001), 'x')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await prompts.answer(id, 'Y', 'x');
  expect(await answer).toBe('yes');
});

const asking = (ctx: Ctx): Promise<string> => ctx.ask({ kind: 'otp', title: 'Code?' });

test('an account needs you while its task asks, and is busy again after the answer', async () => {
  let after = '';
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        const code = await asking(ctx);
        after = (await world.account(ctx.account.id)).state;
        return { code };
      },
    }),
    accounts: 1,
  });
  const [account = ''] = world.ids;
  await world.pool.start();
  const { id } = await world.start();
  await world.until(async () => (await world.prompts.list()).length === 1);
  await world.clock.advance(500_000);
  expect(await world.account(account)).toMatchObject({
    state: 'needs-you',
    why: 'Code?',
    lease: { holder: expect.stringMatching(/^task\//) as string },
  });
  const [asked] = await world.prompts.list();
  await world.prompts.answer(asked?.id ?? '', '42', 'anna');
  expect((await world.finish(id)).counts.done).toBe(1);
  expect(after).toBe('busy');
  expect(await world.account(account)).toMatchObject({ state: 'ready', why: null, lease: null });
  await world.pool.stop();
});

test('a task whose question nobody answers fails, and its account is free', async () => {
  const world = await openWorld({ plugin: farm({ work: asking }), accounts: 1 });
  const { id } = await world.start();
  expect((await world.finish(id)).errors).toMatchObject([{ code: 'PROMPT_EXPIRED' }]);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'ready', lease: null });
});

test('cancelling a job withdraws its questions', async () => {
  const world = await openWorld({ plugin: farm({ work: asking }), accounts: 3 });
  const { id } = await world.start();
  await world.until(async () => (await world.prompts.list()).length === 3);
  await world.jobs.cancel(id, 'test');
  expect(await world.prompts.list()).toEqual([]);
  for (const each of world.ids) expect(await world.account(each)).toMatchObject({ state: 'ready', lease: null });
});
