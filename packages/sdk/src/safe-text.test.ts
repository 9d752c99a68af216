import { expect, test } from 'vitest';
import { safeJson, safeText } from './safe-text.ts';

test('nothing that steers a terminal survives', () => {
  const hostile = [
    '\u001b[2J',
    '\u001b]52;c;aGk=\u0007',
    '\u009b31m',
    'a\u0000b',
    '\u202eabc',
    '\u2066x',
    'a\u200bb',
    '\u007f',
    '\u2028',
    '\ufeff',
  ];
  for (const text of hostile) expect(safeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
});

test('line breaks and tabs become one space, so a name stays on its line', () => {
  expect(safeText('a\r\n\tb')).toBe('a b');
});

test('letters, accents, wide characters and emoji are kept as they are', () => {
  for (const text of ['Ünïcode', '漢字', '😀', 'עברית']) expect(safeText(text)).toBe(text);
});

test('a lone half of a surrogate pair does not reach the terminal', () => {
  expect(safeText('a\ud800b')).toBe('a\ufffdb');
});

test('long text is cut and says so', () => {
  expect(safeText('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('JSON that is shown steers nothing, and reads back the same', () => {
  const value = { 'a\u009b': ['\u001b[2J', '\u202e', '\u2028', '\u007f', '\u{e0041}', 'Ünïcode 漢字 😀', '\ud800'] };
  const text = safeJson(JSON.stringify(value));
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('漢字 😀');
});
