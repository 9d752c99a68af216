import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Plugin } from '@muster/sdk';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createRedactor } from '../events/create-redactor.ts';
import { openEvents } from '../events/create-events.ts';
import type { Events } from '../events/events.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Store } from '../ports/store.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createPoolHistory, recoverHistory, UNTOLD } from './pool-history.ts';

let directory: string;
let store: Store;
let events: Events;
const clock = createTestClock(1_000_000);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-history-'));
  store = await openMemoryStore({ collections: [UNTOLD] });
  events = await openEvents({ directory, clock, redactor: createRedactor() });
});
afterEach(async () => {
  await events.close();
  await rm(directory, { recursive: true });
});

const accounts = ['ada', 'ben', 'cleo'].map((label, at) => ({ id: `a${at}`, label, fence: 7 + at }));
const history = (record = events.record) =>
  createPoolHistory({
    store,
    clock,
    random: createTestRandom(1),
    plugin: { id: 'mail' } as Plugin,
    about: { job: 'j1' },
    record,
  });
const messages = async (): Promise<string[]> => (await events.query({})).map(({ message }) => message);
const told = [
  'ada went to bot until 1970-01-01T00:33:20.000Z',
  'ben went to bot until 1970-01-01T00:33:20.000Z',
  'cleo went to bot until 1970-01-01T00:33:20.000Z',
];
const LATE = ' (at 1970-01-01T00:16:40.000Z, told after a restart)';
const handOut = { owner: 'bot', expiresAt: 2_000_000 };

it('tells of each account once, and keeps nothing of it in the store', async () => {
  const chapter = history().handedOut(accounts, handOut);
  await store.commit([chapter.operation]);
  await chapter.tell();
  expect(await messages()).toEqual(told);
  expect(await events.query({ account: 'a1' })).toMatchObject([
    { type: 'account.handed-out', job: 'j1', fields: { owner: 'bot', fence: 8 } },
  ]);
  expect(await store.count(UNTOLD.name)).toBe(0);
});

it('tells after a start what a killed host could not, and nothing twice', async () => {
  const chapter = history().handedOut(accounts, handOut);
  for (let start = 1; start <= 2; start += 1) {
    // The second time the events are in the log already: killed behind the last of them.
    await store.commit([chapter.operation]);
    await recoverHistory({ store, events });
    expect(await messages()).toEqual(told.map((message) => message + LATE));
    expect(await events.query({ account: 'a1' })).toMatchObject([{ fields: { fence: 8, happenedAt: 1_000_000 } }]);
    expect(await store.count(UNTOLD.name)).toBe(0);
  }
});

it('tells a verdict once, also where the reason begins with it', async () => {
  for (const why of ['blind, said by bot', 'the check found it blind']) {
    const chapter = history().judged(accounts.slice(0, 1), { fail: { status: 'blind', why } });
    await store.commit([chapter.operation]);
    await chapter.tell();
  }
  expect(await messages()).toEqual([
    'ada is out of use (blind, said by bot)',
    'ada is out of use (blind, the check found it blind)',
  ]);
});

it('names who came in the place of another', async () => {
  const record = {
    id: 'a0',
    label: 'ada',
    fence: 7,
    lease: { holder: 'owner/bot', owner: 'bot', expiresAt: 1 },
  } as AccountRecord;
  const chapter = history().takenBack([record], { instead: 'dora', rest: { until: 2_000_000, status: 'blind' } });
  await store.commit([chapter.operation]);
  await chapter.tell();
  expect(await events.query({ account: 'a0' })).toMatchObject([
    {
      type: 'account.taken-back',
      message: 'ada came back from bot, dora took its place, and rests until 1970-01-01T00:33:20.000Z (blind)',
      fields: { owner: 'bot', instead: 'dora', verdict: 'blind' },
    },
  ]);
});

it('tells the rest of what was told in part', async () => {
  const stopped = history(async (event) => {
    if (event.account === 'a2') throw new Error('killed');
    await events.record(event);
  });
  const chapter = stopped.judged(accounts, { rest: { until: 2_000_000, status: 'blind' } });
  await store.commit([chapter.operation]);
  await expect(chapter.tell()).rejects.toThrow('killed');
  await expect.poll(messages, { timeout: 30_000 }).toHaveLength(2);
  await recoverHistory({ store, events });
  const all = ['ada', 'ben', 'cleo'].map((name) => `${name} rests until 1970-01-01T00:33:20.000Z (blind)`);
  expect(await messages()).toEqual(all.map((message) => (message.startsWith('cleo') ? message + LATE : message)));
  expect(await store.count(UNTOLD.name)).toBe(0);
});
