import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseReader, type SseEvent } from './sse-reader.ts';

const read = (pieces: readonly string[]): SseEvent[] => {
  const reader = createSseReader();
  const events: SseEvent[] = [];
  for (const piece of pieces) {
    reader.feed(piece);
    for (let event = reader.next(); event; event = reader.next()) events.push(event);
  }
  const last = reader.end();
  return last ? [...events, last] : events;
};
const dataOf = (text: string): (string | undefined)[] => read([text]).map(({ data }) => data);

test.each([
  ['line feeds', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CR LF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR alone', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['no space after the colon', 'data:a\n\n', ['a']],
  ['several lines of data', 'data: a\ndata: b\n\n', ['a\nb']],
  ['other fields', 'event: x\nid: 7\ndata: a\n\n', ['a']],
  ['a comment', ': keep-alive\n\ndata: a\n\n', [undefined, 'a']],
  ['empty data', 'data\n\n', ['']],
  ['an end without a blank line', 'data: a\n\ndata: b', ['a', 'b']],
  ['blank lines between', 'data: a\n\n\n\n\ndata: b\n\n', ['a', 'b']],
  ['nothing', '', []],
])('%s', (_, text, expected) => {
  expect(dataOf(text)).toEqual(expected);
});

test('wherever the stream is cut, the same events come out', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', ':', '{', '"', '\u00ff'), maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat({ max: 80 }), { maxLength: 12 }),
      (lines, end, cuts) => {
        const text = lines.map((each) => `data: ${each}${end}${end}`).join('');
        const places = [0, ...cuts.filter((at) => at < text.length).toSorted((left, right) => left - right), text.length];
        const pieces = places.slice(1).map((at, index) => text.slice(places[index], at));
        expect(read(pieces).map(({ data }) => data)).toEqual(read([text]).map(({ data }) => data));
        expect(read([text])).toHaveLength(lines.length);
      },
    ),
  );
});

test('an event that never ends is refused before it fills the memory', () => {
  const reader = createSseReader();
  expect(() => {
    for (let piece = 0; piece < 20; piece++) {
      reader.feed('x'.repeat(1024 * 1024));
      reader.next();
    }
  }).toThrow(/an event of more than/);
});

test('it is idle when nothing is held back', () => {
  const reader = createSseReader();
  reader.feed('data: a\n\ndata: b');
  expect(reader.next()?.data).toBe('a');
  expect(reader.next()).toBeUndefined();
  expect(reader.idle()).toBe(false);
  reader.feed('\n\n');
  expect(reader.next()?.data).toBe('b');
  expect(reader.idle()).toBe(true);
});
