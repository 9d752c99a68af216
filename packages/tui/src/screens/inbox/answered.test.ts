import type { MusterEvent } from '@muster/api';
import { expect, test } from 'vitest';
import { createFakeHost } from '../../testing/fake-client.ts';
import { NOW } from '../../testing/now.ts';
import { openConsole } from '../../testing/open-console.ts';

const answered = (seq: number, at: number, fields?: MusterEvent['fields']): MusterEvent => ({
  seq,
  at,
  level: 'audit',
  type: 'prompt.answered',
  actor: 'local',
  message: 'local answered "Code?" of anna',
  plugin: 'demo',
  ...(fields && { fields }),
});
const of = (label: string, waitedMs: number): MusterEvent['fields'] => ({ kind: 'otp', label, waitedMs });

test.each([
  [120, 36],
  [80, 24],
])('the inbox tells what was answered today and how quickly, on %i by %i', async (columns, rows) => {
  const host = createFakeHost({ accounts: 1 });
  host.events = [
    answered(1, NOW - 86_400_000, of('yesterdays', 1_000)),
    answered(2, NOW - 60_000),
    answered(3, NOW - 50_000, of('anna', 20_000)),
    answered(4, NOW - 40_000, of('berta', 31_000)),
    answered(5, NOW - 30_000, of('clara', 64_000)),
  ];
  await using console = await openConsole({ screen: 'inbox', host, columns, rows });
  await console.see('Answered today 3 · median 31s');
  const screen = await console.see(/11:59 {2}clara +otp/);
  expect(screen).toMatch(/11:59 {2}anna/);
  expect(screen).not.toContain('yesterdays');
});

test('an answer is counted as soon as it is heard of, and after midnight it is none of today', async () => {
  const host = createFakeHost({ accounts: 1 });
  let now = new Date(2026, 10, 21, 23, 58).getTime();
  await using console = await openConsole({ screen: 'inbox', host, now: () => now });
  await console.see('Nothing waits for you');
  host.say({ kind: 'event', event: answered(9, now, of('anna', 4_200)) });
  await console.see('Answered today 1 · median 4.2 s');
  now += 180_000;
  await console.miss('Answered today');
});
