import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES } from './text.ts';
import { singly } from './singly.ts';
import { readEntries, summary } from './testing.ts';

const facts = async (content: string | Uint8Array): Promise<string[]> =>
  (await readEntries(content)).flatMap((entry) =>
    entry.kind === 'file' ? [entry.format, entry.encoding] : entry.kind === 'warning' ? [entry.reason] : [],
  );
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('encodings', () => {
  test.each([
    ['utf-8', Buffer.from('a1:pä\n'), 'utf-8'],
    ['utf-8 with a mark', Buffer.from('\ufeffa1:pä\n'), 'utf-8'],
    ['utf-16le', Buffer.from('\ufeffa1:pä\r\n', 'utf16le'), 'utf-16le'],
    ['utf-16be', utf16be('\ufeffa1:pä\r\n'), 'utf-16be'],
  ])('%s', async (_, bytes, encoding) => {
    expect(await summary(bytes)).toEqual(['a1|pä']);
    expect(await facts(bytes)).toEqual(['user-sep-pass', encoding]);
    expect(await summary(bytes, { pieceBytes: 1 })).toEqual(['a1|pä']);
  });

  test('what is not UTF-8 is read as windows-1252, with a warning', async () => {
    const bytes = Buffer.concat([Buffer.from('a1:p'), Buffer.from([0xe4, 0x80, 0x78, 0x9f]), Buffer.from('\n')]);
    expect(await summary(bytes)).toEqual(['a1|pä€xŸ']);
    expect(await facts(bytes)).toEqual(['not-utf8', 'user-sep-pass', 'windows-1252']);
  });

  test('a line far down that is not UTF-8 is read as windows-1252 by itself', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `user${index}:pä${index}\n`).join('');
    expect(many.length).toBeGreaterThan(HEAD_BYTES);
    const bytes = Buffer.concat([Buffer.from(many), Buffer.from([0x7a, 0x3a, 0xe4, 0x0a]), Buffer.from('last:pö\n')]);
    const found = await summary(bytes, { pieceBytes: 10_007 });
    expect(found.length).toBe(30_002);
    expect(found.slice(-3)).toEqual(['user29999|pä29999', 'z|ä', 'last|pö']);
    expect(await facts(bytes)).toEqual(['not-utf8', 'user-sep-pass', 'utf-8']);
  });

  test.each([
    ['a NUL byte', Buffer.from('a1:p1\0\n')],
    ['bytes that are neither UTF-8 nor printable', Buffer.from([0x61, 0x3a, 0xff, 0x07, 0x0a])],
    ['UTF-16 without a mark', Buffer.from('a1:p1\n', 'utf16le')],
  ])('%s makes a file binary, and it is refused whole', async (_, bytes) => {
    expect(await summary(bytes)).toEqual(['!0 binary-file']);
    expect(await facts(bytes)).toEqual(['binary', 'binary']);
  });

  test('a NUL far down costs its line', async () => {
    const bytes = Buffer.concat([Buffer.alloc(HEAD_BYTES, 'a1:p1\n'), Buffer.from('b1:p\0\nc1:p3\n')]);
    expect((await summary(bytes)).filter((line) => !line.endsWith('duplicate')).slice(-2)).toEqual([
      expect.stringMatching(/unreadable-character$/),
      'c1|p3',
    ]);
  });
});

describe('line ends', () => {
  test.each([
    ['LF', 'a1:p1\nb1:p2\n'],
    ['CRLF', 'a1:p1\r\nb1:p2\r\n'],
    ['CR', 'a1:p1\rb1:p2\r'],
    ['all of them, and none at the end', 'a1:p1\r\n\r\n\nb1:p2'],
  ])('%s', async (_, text) => {
    for (const pieceBytes of [1, 2, 3, 100]) expect(await summary(text, { pieceBytes })).toEqual(['a1|p1', 'b1|p2']);
  });

  test('lines are counted the same however the file is cut', async () => {
    for (const pieceBytes of [1, 5, 6, 7, 100])
      expect(await summary('a1:p1\r\n\r\nb1:p 2\r\n', { pieceBytes })).toEqual(['a1|p1', '!3 whitespace-in-password']);
  });
});

test('a file without a line end is not kept in memory', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  // What is kept, not what has yet to be collected.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = kept();
  let most = before;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < 200; count++) {
      if (count % 20 === 19) most = Math.max(most, kept());
      yield piece;
    }
  };
  const { load } = await import('./load.ts');
  const found: string[] = [];
  for await (const entry of singly(load({ name: 'x', bytes: bytes() }, {}, new AbortController().signal)))
    found.push(JSON.stringify(entry));
  expect(found).toEqual([
    '{"kind":"rejected","line":1,"reason":"line-too-long"}',
    '{"kind":"file","format":"unknown","encoding":"utf-8"}',
  ]);
  expect(most - before).toBeLessThan(50 * 1024 * 1024);
});

test('loading stops when it is cancelled', async () => {
  const { load } = await import('./load.ts');
  const controller = new AbortController();
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (let index = 0; ; index++) yield Buffer.from(`user${index}:${'p'.repeat(1_000)}\n`);
  };
  const loading = async (): Promise<void> => {
    for await (const entry of singly(load({ name: 'x', bytes: bytes() }, {}, controller.signal)))
      if (entry.kind === 'account') controller.abort();
  };
  await expect(loading()).rejects.toThrow('aborted');
});

test('a level that is given is a lower bound', async () => {
  expect(await summary('a1:p1:L25\nb1:p2:L35\nc1:p3\n', { level: 30 })).toEqual([
    'a1|p1|level=30',
    'b1|p2|level=35',
    'c1|p3|level=30',
  ]);
});
