import { expect, test } from 'vitest';
import { neededSelection, selectionOf } from './selection.ts';

test('a selection is one of three, in a plugin or over all', () => {
  expect(selectionOf({ where: 'state:failed' }, 'a')).toEqual({ plugin: 'a', where: 'state:failed' });
  expect(selectionOf({ account: ['1', '2'] }, undefined)).toEqual({ ids: ['1', '2'] });
  expect(selectionOf({ all: true }, 'a')).toEqual({ plugin: 'a', all: true });
  expect(selectionOf({}, 'a')).toBeUndefined();
});

test('two at once are refused, and none where one is needed', () => {
  expect(() => selectionOf({ where: 'x', all: true }, 'a')).toThrow('Give one of --where and --all');
  expect(() => neededSelection({}, 'a')).toThrow('Say which accounts');
});
