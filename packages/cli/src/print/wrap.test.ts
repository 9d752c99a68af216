import { expect, test } from 'vitest';
import { wrapText } from './wrap.ts';

test('text is broken between words, by display width', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('東京 大阪 x', 5)).toEqual(['東京', '大阪', 'x']);
  expect(wrapText('', 5)).toEqual(['']);
});

test('a word that is too wide stays whole', () => {
  expect(wrapText('in /a/long/path/here now', 8)).toEqual(['in', '/a/long/path/here', 'now']);
});
