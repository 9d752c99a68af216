import { expect, test } from 'vitest';
import { createDeltaReader } from './cumulative.ts';

const read = (texts: readonly string[]): string => {
  const reader = createDeltaReader();
  return texts.map((text) => reader.push(text)).join('') + reader.end();
};

test.each([
  ['the whole text each time', ['<details', '<details type', '<details type>x'], '<details type>x'],
  ['the whole text, word by word', ['He', 'Hello', 'Hello you', 'Hello you'], 'Hello you'],
  ['the whole text, in two events', ['Hello', 'Hello you'], 'Hello you'],
  ['pieces', ['Hel', 'lo', ' you'], 'Hello you'],
  ['pieces of which the second begins with the first', ['-', '--', ' x'], '--- x'],
  ['two pieces of dashes', ['-', '--'], '---'],
  ['indentation', [' ', '  ', 'x'], '   x'],
  ['one text', ['Hello'], 'Hello'],
  ['empty texts between', ['', 'a', '', 'b'], 'ab'],
])('%s', (_, texts, expected) => {
  expect(read(texts)).toBe(expected);
});
