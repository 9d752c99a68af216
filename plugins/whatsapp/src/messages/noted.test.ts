import { expect, test } from 'vitest';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { Noted } from './noted.ts';

const MINUTE = 60_000;

function createWorld() {
  const kinds = new Map<string, ReturnType<typeof createMemoryRecords>>();
  const records = (kind: string): never => {
    const known = kinds.get(kind) ?? createMemoryRecords();
    kinds.set(kind, known);
    return known as never;
  };
  return { open: (account = 'a') => new Noted({ records }, account) };
}

test('nothing is missing from before the first look; later, from a little before the newest that is known to be complete', async () => {
  const { open } = createWorld();
  const begun = 1_700_000_000_000;
  expect(await open().missingFrom(begun)).toBe(begun);
  expect(await open().missingFrom(begun + MINUTE)).toBe(begun);
  const noted = open();
  await noted.isComplete(begun + 60 * MINUTE);
  await noted.isComplete(begun + 30 * MINUTE);
  expect(await open().missingFrom(0)).toBe(begun + 50 * MINUTE);
  // Each account by itself.
  expect(await open('b').missingFrom(5)).toBe(5);
});

test('a message is known when its chat goes by another id, and only so many are: what is older than these is not looked for', async () => {
  const { open } = createWorld();
  const noted = open();
  await noted.add('false_966500000002@c.us_3A01', 1);
  expect(await open().has('false_111111111111111@lid_3A01')).toBe(true);
  expect(await open().has('true_966500000002@c.us_3A01')).toBe(false);
  expect(await open('b').has('false_966500000002@c.us_3A01')).toBe(false);
  for (let number = 2; number <= 3_100; number++) await noted.add(`false_x@c.us_${number}`, number);
  expect(await noted.has('false_966500000002@c.us_3A01')).toBe(false);
  expect(await noted.missingFrom(0)).toBe(101);
});
