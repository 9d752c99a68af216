import { expect, test } from 'vitest';
import { readFailures } from './rotation-failures.ts';
import { end, failure, GRAIN, MINUTE, open, rotate, take, use } from '../testing/rotation-things.ts';

const served = (status: number, durationMs: number) => ({ status, durationMs });

test('a report names who served what, the newest first, and how long it took', async () => {
  const rotation = await rotate(await open(2));
  take(rotation).finish({ kind: 'used', served: { ...served(200, 10), model: 'K2', tokens: 7 } });
  take(rotation).finish({ kind: 'used', served: served(500, 90) });
  take(rotation).finish({ kind: 'unused' });
  use(rotation);
  const { recent, latency } = rotation.report();
  expect(recent.map(({ label, status, durationMs }) => [label, status, durationMs])).toEqual([
    ['u1', 500, 90],
    ['u0', 200, 10],
  ]);
  expect(recent[1]).toMatchObject({ model: 'K2', tokens: 7 });
  // Who failed soon made nothing faster.
  expect(latency).toEqual({ p50: 10, p95: 10 });
  await rotation.close();
});

test('of a thousand requests it keeps the newest 200, and the durations of five minutes', async () => {
  const roster = await open(1);
  const rotation = await rotate(roster, { limit: 100_000 });
  for (let at = 1; at <= 1_000; at += 1) {
    (await rotation.acquire()).finish({ kind: 'used', served: served(200, at) });
  }
  const { recent, latency } = rotation.report();
  expect([recent.length, recent[0]?.durationMs, recent.at(-1)?.durationMs]).toEqual([200, 1_000, 801]);
  expect(latency).toEqual({ p50: 501, p95: 951 });
  await roster.clock.advance(300_001);
  expect(rotation.report().latency).toBeNull();
  await rotation.close();
});

test('failures are counted by what went wrong, a caller for whom nobody was there too; no number of kinds fills the memory', async () => {
  const rotation = await rotate(await open(1), { limit: 1_000, cooldownMs: 0 });
  const fail = async (status: number, error?: string) =>
    (await rotation.acquire()).finish({ kind: 'used', served: { ...served(status, 1), ...(error !== undefined && { error }) } });
  await fail(502, 'SERVICE_ERROR');
  // An answer that broke off had begun well.
  await fail(200, 'SERVICE_ERROR');
  await fail(503);
  const slot = await rotation.acquire();
  expect(await failure(rotation.acquire({ exclude: new Set([slot.account.id]) }))).toMatchObject({ code: 'NOTHING_AVAILABLE' });
  end(slot);
  expect(rotation.report().errors.map(({ kind, count }) => [kind, count])).toEqual([
    ['SERVICE_ERROR', 2],
    ['503', 1],
    ['NOTHING_AVAILABLE', 1],
  ]);
  expect(rotation.totals()).toMatchObject({ served: 1, failed: 3 });
  for (let at = 0; at < 100; at += 1) await fail(500, `KIND_${at}`);
  const { errors } = rotation.report();
  expect(errors.length).toBeLessThanOrEqual(51);
  expect(errors[0]).toMatchObject({ kind: 'OTHERS', count: 53 });
  await rotation.close();
});

test('what is left is told with the limits of each account; one that rests has nothing left', async () => {
  const roster = await open(2);
  const own = { limit: 2, windowMs: MINUTE };
  const rotation = await rotate(roster, {
    limit: 10,
    tokensPerMinute: 1_000,
    limitsFor: ({ label }) => (label === 'u1' ? own : undefined),
  });
  const start = roster.clock.now();
  expect(rotation.figures().map(({ label, limit }) => [label, limit])).toEqual([
    ['u0', 10],
    ['u1', 2],
  ]);
  expect(rotation.report().requests).toEqual({ limit: 12, left: 12, fullAt: 0 });
  const first = await rotation.acquire({ tokens: 300 });
  first.sent();
  first.finish({ kind: 'used', served: { ...served(200, 1), tokens: 100 } });
  expect(rotation.report()).toMatchObject({
    requests: { limit: 12, left: 11, fullAt: start + MINUTE + GRAIN },
    tokens: { limit: 2_000, left: 1_900, fullAt: start + MINUTE },
  });
  const second = await rotation.acquire();
  second.finish({ kind: 'rest', until: start + 5 * MINUTE, served: served(429, 1) });
  expect(rotation.report()).toMatchObject({
    requests: { limit: 12, left: 9, fullAt: start + 5 * MINUTE },
    tokens: { left: 900 },
  });
  await roster.clock.advance(6 * MINUTE);
  expect(rotation.report().requests).toMatchObject({ limit: 12, left: 12 });
  await rotation.close();
});

test('a host that was killed leaves what each account served, failed and was refused to the next', async () => {
  const roster = await open(2);
  const killed = await rotate(roster);
  take(killed).finish({ kind: 'used', served: { ...served(200, 1), tokens: 9 } });
  take(killed).finish({ kind: 'used', served: served(502, 1) });
  await roster.clock.advance(1_000);
  take(killed).finish({ kind: 'rest', until: roster.clock.now() + MINUTE, served: served(429, 1) });
  await killed.flush();
  // Never closed.
  const next = await rotate(roster);
  expect(
    next.figures().map(({ label, served: well, failed, limited, tokens }) => [label, well, failed, limited, tokens]),
  ).toEqual([
    ['u0', 1, 1, 1, 9],
    ['u1', 0, 1, 0, 0],
  ]);
  take(next).finish({ kind: 'used', served: served(200, 1) });
  await next.close();
  const failures = await readFailures(roster.store, 'test');
  expect(next.figures().map(({ id }) => failures.get(id))).toEqual([
    { failed: 1, limited: 1 },
    { failed: 1, limited: 0 },
  ]);
  const third = await rotate(roster);
  expect(third.figures()[1]).toMatchObject({ served: 1, failed: 1 });
  await third.close();
});
