import { expect, it } from 'vitest';
import { boundsOf } from '../query/bounds.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import { isServedBy } from './selectable.ts';

const BACK = { partition: ['plugin', 'state', 'rank'], order: ['dueAt'] };
const NO_DUE = 0b1000;
const NO_RANK = 0b0100;
const isDue = boundsOf(all(oneOf('state', ['busy', 'cooling']), { op: 'gt', field: 'dueAt', value: 0 }));

it('takes an index for whole where the query rules out all that it leaves out', () => {
  expect(isServedBy(BACK, isDue, () => [])).toBe(true);
  expect(isServedBy(BACK, isDue, () => [NO_DUE, NO_DUE | NO_RANK])).toBe(true);
});

it('does not where the query may ask for something that the index leaves out', () => {
  expect(isServedBy(BACK, isDue, () => [NO_DUE, NO_RANK])).toBe(false);
  expect(isServedBy(BACK, boundsOf(eq('plugin', 'x')), () => [NO_DUE])).toBe(false);
  expect(isServedBy({ ...BACK, where: { gone: true } }, isDue, () => [])).toBe(false);
});
