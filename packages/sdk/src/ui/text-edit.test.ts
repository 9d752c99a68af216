import { expect, test } from 'vitest';
import { edit, editAll, editOf, type TextEdit } from './text-edit.ts';

const after = (start: string, ...keys: (string | { name: string; text: string })[]): TextEdit => {
  let state = editOf(start);
  for (const key of keys) {
    const pressed = typeof key === 'string' ? (key.length === 1 ? { name: key, text: key } : { name: key, text: '' }) : key;
    state = edit(state, pressed) ?? state;
  }
  return state;
};

test('letters go in where the caret stands', () => {
  expect(after('ac', 'left', 'b').text).toBe('abc');
  expect(after('abc', 'home', 'delete').text).toBe('bc');
  expect(after('漢字', 'backspace').text).toBe('漢');
  expect(after('one two', 'ctrl-w').text).toBe('one ');
  expect(after('one two', 'ctrl-u').text).toBe('');
});

test('a letter with its accents is one step', () => {
  expect(after('e\u0301x', 'left', 'backspace').text).toBe('x');
});

test('a paste of several lines becomes one line', () => {
  expect(after('', { name: 'paste', text: 'a\r\nb\tc' })).toEqual({ text: 'a b c', cursor: 5 });
});

test('a key that is none of an editor’s changes nothing', () => {
  expect(edit(editOf('a'), { name: 'f5', text: '' })).toBeUndefined();
});

test('a text opened to be replaced goes with the first letter, and stays when the caret moves', () => {
  const state = editAll('level>=30');
  expect(edit(state, { name: 'x', text: 'x' })).toEqual({ text: 'x', cursor: 1 });
  expect(edit(state, { name: 'backspace', text: '' })?.text).toBe('');
  expect(edit(state, { name: 'left', text: '' })).toEqual({ text: 'level>=30', cursor: 8 });
  expect(edit(state, { name: 'end', text: '' })).toEqual({ text: 'level>=30', cursor: 9 });
});
