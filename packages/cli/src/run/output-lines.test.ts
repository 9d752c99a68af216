import { expect, test } from 'vitest';
import { outputLines, when } from './output-lines.ts';

const NOW = new Date(2026, 10, 21, 12, 0, 0).getTime();
const MINUTE = 60_000;

test('a full share is one sentence, and what is nothing is left out', () => {
  const output = {
    got: 1_400,
    wanted: 1_400,
    file: '/srv/out.csv',
    leasedUntil: null,
    checked: 0,
    rested: {},
    nextReadyAt: null,
  };
  expect(outputLines(output, NOW)).toEqual(['Got 1,400 of 1,400 into /srv/out.csv.']);
});

test('a shortage says when more comes back, or that none does', () => {
  expect(outputLines({ got: 3, wanted: 10, nextReadyAt: NOW + 12 * MINUTE }, NOW)).toEqual([
    'Got 3 of 10; more at 2026-11-21 12:12:00 (in 12m).',
  ]);
  expect(outputLines({ got: 3, wanted: 10, nextReadyAt: null }, NOW)).toEqual([
    'Got 3 of 10; none of the rest comes back by itself.',
  ]);
});

test('times, durations, tallies and flags are said by the unit in their name', () => {
  const output = {
    at: NOW + 2 * MINUTE,
    leasedUntil: NOW + 60 * MINUTE,
    restMs: 90_000,
    rested: { blind: 2, 'temp-banned': 1_200 },
    dryRun: true,
  };
  expect(outputLines(output, NOW)).toEqual([
    '  at: 2026-11-21 12:02:00 (in 2m)',
    '  leased until: 2026-11-21 13:00:00 (in 1h)',
    '  rest: 1m 30s',
    '  rested: 2 blind, 1,200 temp-banned',
    '  dry run: yes',
  ]);
});

test('other values are JSON, and nothing of them steers the terminal', () => {
  expect(outputLines({ list: [1, { a: 'b' }], 'na\u001b[31mme': 'x\u202ey' }, NOW)).toEqual([
    '  list: [1,{"a":"b"}]',
    '  na\ufffd[31mme: x\ufffdy',
  ]);
});

test('a time is told with how far off it is', () => {
  expect([when(NOW + 5 * MINUTE, NOW), when(NOW - 5 * MINUTE, NOW), when(NOW, NOW)].map((text) => text.slice(20))).toEqual([
    '(in 5m)',
    '(5m ago)',
    '(now)',
  ]);
});
