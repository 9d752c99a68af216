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

test('mail addresses of one domain are told apart by what stands before it', () => {
  const address = (at: number): string => `k2think/operator.accounts.team-${at}@mail-provider.example`;
  expect(cutMiddle(address(1), 43)).toBe('k2think/operator.accounts.team-1@mail-prov…');
  expect(cutMiddle(address(1), 20)).toBe('k2think/o…ts.team-1@');
  for (const width of [10, 18, 33, 34, 50]) expect(cutMiddle(address(1), width)).not.toBe(cutMiddle(address(2), width));
  expect(cutMiddle('http://anna@example.test/a/path/of/some/length', 20)).toBe('http://an…ome/length');
});

test('letters that terminals join or not have room for both', () => {
  for (const name of ['क्षत्रिय', 'தமிழ்', 'နိုင်ငံ', 'क्षत्रिय/x', 'a क्षत्रिय सिंह b']) {
    const once = drawable(name);
    expect(drawable(once)).toBe(once);
    const apart = Array.from(name, (point) => (/\p{Mc}/u.test(point) ? 1 : textWidth(point)));
    expect(textWidth(once)).toBeGreaterThanOrEqual(apart.reduce((sum, width) => sum + width, 0) - 1);
    expect(textWidth(fit(once, 20))).toBe(20);
  }
  expect(drawable('e\u0301clair 漢字 한 ไทยนี้')).toBe('e\u0301clair 漢字 한 ไทยนี้');
});
