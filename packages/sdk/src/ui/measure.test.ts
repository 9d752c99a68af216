import { expect, test } from 'vitest';
import { cut, cutMiddle, drawable, fit, textWidth, wrap } from './measure.ts';

test('a cell has exactly its width, whatever is in it', () => {
  const names = [
    'plain',
    '漢字漢字漢字漢字',
    'e\u0301e\u0301',
    '👩‍👧👍🏽🇫🇷1️⃣',
    '\u001b[31mred',
    '\u202eabc',
    'עברית',
    'a'.repeat(500),
    '',
  ];
  for (const name of names) for (const width of [1, 2, 7, 20]) expect(textWidth(fit(drawable(name), width))).toBe(width);
});

test('marks whose width terminals disagree about are not drawn', () => {
  expect(drawable('❤️')).toBe('❤');
  expect(drawable('👍🏽')).toBe('👍');
  expect(drawable('🇫🇷')).toBe('FR');
  expect(drawable(`a${'\u0301'.repeat(50)}`)).toHaveLength(5);
});

test('what is cut says so, and a wide letter is never halved', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('漢字漢字', 4)).toBe('漢…');
  expect(fit('漢字漢字', 4)).toBe('漢… ');
  expect(fit('12', 5, 'right')).toBe('   12');
});

test('text is wrapped at spaces, and in the middle of words that are longer than a line', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
});

test('names that begin alike are cut in the middle, and keep their ends', () => {
  expect(cutMiddle('pokepool/demo-heron-00012', 16)).toBe('pokepoo…on-00012');
  expect(cutMiddle('short', 16)).toBe('short');
  expect(textWidth(cutMiddle('漢字漢字漢字漢字', 9))).toBeLessThanOrEqual(9);
  expect(cutMiddle('abcdef', 2)).toBe('a…');
});
