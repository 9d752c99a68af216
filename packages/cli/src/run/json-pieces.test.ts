import { expect, test } from 'vitest';
import { createJsonPieces } from './json-pieces.ts';
import { createRefusals } from './refusals.ts';

test('a document in pieces is the document', () => {
  let written = '';
  const pieces = createJsonPieces((text) => (written += text));
  pieces.text('{"rejected":');
  const refusals = createRefusals();
  for (let line = 1; line <= 1_000; line += 1) refusals.add(line, line % 3 === 0 ? 'duplicate' : `odd "${line % 2}"`);
  pieces.list(refusals);
  pieces.text(',"none":');
  pieces.list([]);
  pieces.text('}');
  expect(written).toBe('');
  pieces.end();
  expect(JSON.parse(written)).toEqual({ rejected: [...refusals], none: [] });
  expect([...refusals].slice(2, 4)).toEqual([
    { line: 3, reason: 'duplicate' },
    { line: 4, reason: 'odd "0"' },
  ]);
});

test('a large document is written while it is made', () => {
  const written: number[] = [];
  const pieces = createJsonPieces((text) => void written.push(text.length));
  for (let at = 0; at < 200; at += 1) pieces.value('x'.repeat(100_000));
  expect(written.length).toBeGreaterThan(50);
  expect(Math.max(...written.slice(1))).toBeLessThan(200_000);
});
