import type { Records } from '@muster/sdk';
import { createTestServiceContext } from '@muster/sdk/testing';
import { expect, test } from 'vitest';
import { createSiteGate, type SiteGate, type SiteState } from './site-gate.ts';

const RULES = { baseMs: 1_000, mostMs: 10_000 };

/** A clock that goes on when somebody sleeps, and a place that outlives gates. */
function world() {
  let time = 1_000_000;
  const told: string[] = [];
  const records = createTestServiceContext({ directory: '/nowhere', config: {} }).context.records('site') as Records<SiteState>;
  const open = (): Promise<SiteGate> =>
    createSiteGate({
      site: 'site',
      records,
      now: () => time,
      sleep: async (ms, signal) => {
        await Promise.resolve();
        signal?.throwIfAborted();
        time += ms;
      },
      tell: (message) => void told.push(message),
    });
  return { open, told, now: () => time };
}
const enter = (gate: SiteGate, paceMs = 0, signal = new AbortController().signal) =>
  gate.enter({ paceMs, signal, note: () => undefined });

test('visits begin no closer to each other than the pace', async () => {
  const { open, now } = world();
  const gate = await open();
  const begun = now();
  const starts: number[] = [];
  for (let visit = 0; visit < 3; visit += 1) {
    (await enter(gate, 500)).left();
    starts.push(now() - begun);
  }
  expect(starts).toEqual([0, 500, 1_000]);
});

test('Retry-After is what is waited for; refusals in a row make it longer, and being served makes it short again', async () => {
  const { open, now } = world();
  const gate = await open();
  const refuse = async (retryAfterMs?: number): Promise<number> => {
    const until = await (await enter(gate)).refused({ why: '429', retryAfterMs, rules: RULES });
    return until - now();
  };
  expect([await refuse(70_000), await refuse(), await refuse(), await refuse(), await refuse(), await refuse(30)]).toEqual([
    70_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
  (await enter(gate)).served();
  expect(gate.state().refusals).toBe(0);
  expect(await refuse()).toBe(1_000);
});

test('several that are turned away at once are one refusal, told once', async () => {
  const { open, told } = world();
  const gate = await open();
  const visits = [await enter(gate), await enter(gate), await enter(gate)];
  for (const visit of visits) await visit.refused({ why: '403', rules: RULES });
  expect(gate.state().refusals).toBe(1);
  expect(told).toEqual(['site: 403. Nobody goes there for 1 s; it is not gone around.']);
});

test('a visit that was served may be turned away later', async () => {
  const { open } = world();
  const gate = await open();
  const visit = await enter(gate);
  visit.served();
  await visit.refused({ why: '429', rules: RULES });
  expect(gate.state().refusals).toBe(1);
});

test('after a pause one goes first, and the others wait for what becomes of it', async () => {
  const { open } = world();
  const gate = await open();
  await (await enter(gate)).refused({ why: '403', rules: RULES });
  const first = await enter(gate);
  let entered = false;
  const second = enter(gate).then((visit) => {
    entered = true;
    return visit;
  });
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  expect(entered).toBe(false);
  first.served();
  (await second).left();
  expect(gate.state().pausedUntil).toBe(0);
});

test('one that goes first and ends otherwise lets the next one try', async () => {
  const { open } = world();
  const gate = await open();
  await (await enter(gate)).refused({ why: '403', rules: RULES });
  (await enter(gate)).left();
  (await enter(gate)).left();
  expect(gate.state().refusals).toBe(1);
});

test('a pause outlives the host, and an operator can end it', async () => {
  const { open, now } = world();
  const gate = await open();
  await (await enter(gate)).refused({ why: '403', retryAfterMs: 60_000, rules: RULES });
  const again = await open();
  expect(again.state()).toMatchObject({ pausedUntil: now() + 60_000, why: '403' });
  await again.resume();
  const before = now();
  (await enter(again)).left();
  expect(now()).toBe(before);
});

test('whoever waits stops at once when the task is stopped', async () => {
  const { open } = world();
  const gate = await open();
  await (await enter(gate)).refused({ why: '403', retryAfterMs: 60_000, rules: RULES });
  const controller = new AbortController();
  const waiting = enter(gate, 0, controller.signal);
  controller.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});
