import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReasoningSplitter, splitReasoning } from './reasoning.ts';

const SHAPES: readonly (readonly [string, string, string | undefined, string])[] = [
  ['no thinking', 'It is 4.', undefined, 'It is 4.'],
  ['think', '<think>two and two</think>\nIt is 4.', 'two and two', 'It is 4.'],
  ['think and answer', '<think>two and two</think><answer>It is 4.</answer>', 'two and two', 'It is 4.'],
  ['details', '<details type="reasoning" done="true">\n<summary>2 s</summary>two</details>\n<answer>4</answer>', 'two', '4'],
  ['details without summary', '<details type="reasoning">two</details>4', 'two', '4'],
  ['answer alone', '<answer>4</answer>', undefined, '4'],
  ['a comparison', 'a < b and <thin', undefined, 'a < b and <thin'],
];

test.each<(typeof SHAPES)[number]>([
  ...SHAPES,
  ['closing tag only', 'two and two</think>\n\nIt is 4.', 'two and two', 'It is 4.'],
  ['several closing tags: the last counts', 'a</think>b</think>c', 'a</think>b', 'c'],
  ['cut off while it thought', '<think>two and', undefined, '<think>two and'],
])('whole: %s', (_, content, reasoning, answer) => {
  expect(splitReasoning(content)).toEqual({ reasoning, answer });
});

const inPieces = (text: string, sizes: readonly number[], implied = false): { reasoning: string; content: string } => {
  const splitter = createReasoningSplitter({ implied });
  const all = { reasoning: '', content: '' };
  const add = (piece: { reasoning: string; content: string }): void => {
    all.reasoning += piece.reasoning;
    all.content += piece.content;
  };
  let at = 0;
  for (let index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    add(splitter.push(text.slice(at, at + size)));
    at += size;
  }
  add(splitter.end());
  return all;
};

test.each(SHAPES)('in pieces: %s', (_, text, reasoning = '', answer) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      expect(inPieces(text, sizes)).toEqual({ reasoning, content: answer });
    }),
  );
});

test('where the opening tag is left out, and that is known, pieces are told apart too', () => {
  for (const size of [1, 2, 5, 100]) {
    expect(inPieces('two and two</think>\n\nIt is 4.', [size], true)).toEqual({ reasoning: 'two and two', content: 'It is 4.' });
    expect(inPieces('<think>two</think>4', [size], true)).toEqual({ reasoning: 'two', content: '4' });
  }
});

test('where it is not known, a closing tag in a stream stays in the text, for the client to see', () => {
  expect(inPieces('two</think>4', [3])).toEqual({ reasoning: '', content: 'two</think>4' });
});

test('thinking that was cut off comes as thinking', () => {
  expect(inPieces('<think>two and </thi', [4])).toEqual({ reasoning: 'two and </thi', content: '' });
});
