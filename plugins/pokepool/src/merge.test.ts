import { expect, test } from 'vitest';
import { mergeLoaded } from './merge.ts';

test('a level of a file is a lower bound: it raises what is known and never lowers it', () => {
  expect(mergeLoaded({ level: 35 }, { level: 30 })).toEqual({ level: 35 });
  expect(mergeLoaded({ level: 25 }, { level: 30 })).toEqual({ level: 30 });
  expect(mergeLoaded({}, { level: 30 })).toEqual({ level: 30 });
  expect(mergeLoaded({ level: 35 }, {})).toEqual({ level: 35 });
});

test('device columns that a file lacks stay as they were', () => {
  expect(mergeLoaded({ model: 'iPhone9,1', ios: '10.2.1' }, { ios: '11.0' })).toEqual({ model: 'iPhone9,1', ios: '11.0' });
});
