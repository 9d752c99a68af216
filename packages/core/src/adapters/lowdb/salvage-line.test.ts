import { expect, test } from 'vitest';
import { insertsIn } from './salvage-line.ts';

const LINE = JSON.stringify([
  [
    ['insert', 'accounts', { id: 'a', data: { name: 'one } "two" \\' } }],
    ['insert', 'accounts', { id: 'b', note: '["insert","accounts",{"id":"never"}]' }],
    ['update', 'accounts', ['a'], { set: { state: 'busy' } }],
    ['insert', 'jobs', { id: 'c' }],
  ],
]);
const ids = (text: string): string[] => [...insertsIn(text)].map(([collection, { id }]) => `${collection}/${id}`);

test('every new document of a line is found, and nothing that only looks like one', () => {
  expect(ids(LINE)).toEqual(['accounts/a', 'accounts/b', 'jobs/c']);
});

test('damage in one document loses that one only', () => {
  for (const [broken, rest] of [
    ['"id":"b', ['accounts/a', 'jobs/c']],
    ['"data":', ['accounts/b', 'jobs/c']],
  ] as const) {
    expect(ids(LINE.replace(broken, broken.replace(':', ' ')))).toEqual(rest);
  }
  expect(ids(LINE.slice(0, -8))).toEqual(['accounts/a', 'accounts/b']);
});
