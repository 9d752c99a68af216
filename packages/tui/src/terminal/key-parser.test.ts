import { expect, test } from 'vitest';
import { createKeyParser } from './key-parser.ts';

const names = (...reads: string[]): string[] => {
  const parser = createKeyParser();
  return reads.flatMap((read) => parser.push(read)).map((key) => key.name);
};

test('keys that arrive together are keys one by one, Enter among them', () => {
  expect(names('jjjjj')).toEqual(['j', 'j', 'j', 'j', 'j']);
  expect(names('ab\r')).toEqual(['a', 'b', 'enter']);
  expect(names('2j\u001b[B\u001b[6~ q')).toEqual(['2', 'j', 'down', 'pgdn', 'space', 'q']);
});

test('a sequence split over reads is one key', () => {
  const parser = createKeyParser();
  expect(parser.push('\u001b')).toEqual([]);
  expect(parser.isPending()).toBe(true);
  expect(parser.push('[')).toEqual([]);
  expect(parser.push('B').map((key) => key.name)).toEqual(['down']);
  expect(parser.isPending()).toBe(false);
});

test('a lone ESC is Esc when nothing follows; a torn sequence types nothing', () => {
  const parser = createKeyParser();
  parser.push('\u001b');
  expect(parser.flush().map((key) => key.name)).toEqual(['esc']);
  parser.push('\u001b[1;');
  expect(parser.flush()).toEqual([]);
  expect(parser.push('j').map((key) => key.name)).toEqual(['j']);
});

test('Esc and keys typed ahead in one read are all there', () => {
  expect(names('\u001bj')).toEqual(['esc', 'j']);
  expect(names('\u001b\u001b[A')).toEqual(['esc', 'up']);
});

test('a paste comes whole, with its line breaks, also over several reads', () => {
  const parser = createKeyParser();
  const keys = ['x\u001b[20', '0~one\rtw', 'o\u001b[20', '1~y'].flatMap((read) => parser.push(read));
  expect(keys).toEqual([
    { name: 'x', text: 'x' },
    { name: 'paste', text: 'one\rtwo' },
    { name: 'y', text: 'y' },
  ]);
});

test('function keys, focus reports and modified keys have names', () => {
  expect(names('\u001bOP\u001b[15~\u001b[24~\u001b[[E\u001b[I\u001b[O')).toEqual([
    'f1',
    'f5',
    'f12',
    'f5',
    'focus-in',
    'focus-out',
  ]);
  expect(names('\u001b[1;5C\u001b[Z\u0003\u001a\u007f\u001b[97;5u')).toEqual([
    'ctrl-right',
    'shift-tab',
    'ctrl-c',
    'ctrl-z',
    'backspace',
    'ctrl-a',
  ]);
});

test('answers of the terminal and the mouse type nothing', () => {
  expect(names('\u001b[?64;1c', '\u001b[12;40R', '\u001b]11;rgb:00/00/00\u0007', '\u001bP1$r0m\u001b\\', 'j')).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'unknown',
    'j',
  ]);
  expect(names('\u001b[<0;10;20M\u001b[M !!k')).toEqual(['mouse', 'mouse', 'k']);
});

test('what a person sees as one letter is one key', () => {
  expect(names('é漢👩‍👧')).toEqual(['é', '漢', '👩‍👧']);
});

test('five thousand keys in one read are five thousand keys', () => {
  expect(names('j'.repeat(5_000))).toHaveLength(5_000);
});

test('a message without end does not swallow the keyboard for ever', () => {
  const parser = createKeyParser();
  parser.push(`\u001b]${'x'.repeat(5_000)}`);
  expect(parser.push('j').map((key) => key.name)).toContain('j');
});
