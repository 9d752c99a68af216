/** How a file's bytes become text. The text comes in pieces; lines may run across them. */
export interface DecodedText {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'binary';
  readonly pieces: AsyncIterable<string>;
  /** True once a piece after the head had bytes that are not UTF-8. Ask again at the end. */
  notUtf8(): boolean;
}

/** How much is looked at before the encoding and the shape of a file are settled. */
export const HEAD_BYTES = 256 * 1024;
const BLOCK_BYTES = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * UTF-8, UTF-16 with a byte order mark, else windows-1252. What holds a NUL byte, or is neither UTF-8 nor printable, is
 * `binary` and has no pieces. After the head each line that is not UTF-8 is read as windows-1252 by itself.
 */
export async function decodeText(bytes: AsyncIterable<Uint8Array>): Promise<DecodedText> {
  const source = bytes[Symbol.asyncIterator]();
  const { head, beyond } = await readHead(source);
  const follow = async function* (first: Buffer): AsyncGenerator<Buffer> {
    yield first;
    if (beyond.length > 0) yield beyond;
    for (let next = await source.next(); !next.done; next = await source.next()) yield toBuffer(next.value);
  };
  const mark = utf16Of(head);
  if (mark) return { encoding: mark, pieces: utf16(follow(head), mark), notUtf8: () => false };

  if (head.includes(0)) return { encoding: 'binary', pieces: nothing(), notUtf8: () => false };
  if (isUtf8(wholeLines(head))) {
    const state = { foreign: false };
    return { encoding: 'utf-8', pieces: utf8(follow(head), state), notUtf8: () => state.foreign };
  }
  if (UNPRINTABLE.test(windows1252(head))) return { encoding: 'binary', pieces: nothing(), notUtf8: () => false };
  return { encoding: 'windows-1252', pieces: singleByte(follow(head)), notUtf8: () => false };
}

// Control characters that no list of accounts holds: all but tab, line feed, vertical tab, form feed and carriage return.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f]/;

/** By its byte order mark. That of UTF-32 begins like it. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return head.length >= 4 && head[2] === 0 && head[3] === 0 ? undefined : 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

async function* nothing(): AsyncGenerator<string> {}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Exactly the first `HEAD_BYTES`, however the bytes arrive, and what was read beyond them. */
async function readHead(source: AsyncIterator<Uint8Array>): Promise<{ readonly head: Buffer; readonly beyond: Buffer }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await source.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.byteLength;
  }
  const bytes = Buffer.concat(parts);
  return { head: bytes.subarray(0, HEAD_BYTES), beyond: bytes.subarray(HEAD_BYTES) };
}

/** Up to and with the last line end; the whole where there is none (less a character that is cut in two). */
function wholeLines(block: Buffer): Buffer {
  const end = Math.max(block.lastIndexOf(LF), block.lastIndexOf(CR)) + 1;
  if (end > 0) return block.subarray(0, end);
  let cut = block.length;
  while (cut > 0 && block.length - cut < 3 && (block[cut - 1] as number) >= 0x80 && (block[cut - 1] as number) < 0xc0) cut--;
  return cut > 0 && (block[cut - 1] as number) >= 0xc0 ? block.subarray(0, cut - 1) : block;
}

const isUtf8 = (block: Buffer): boolean => {
  try {
    strict.decode(block);
    return true;
  } catch {
    return false;
  }
};
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function* blocks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const lines = wholeLines(rest);
    // Without a line end, wait for one, but not for ever.
    const ended = lines.length > 0 && (lines[lines.length - 1] === LF || lines[lines.length - 1] === CR);
    if (!ended && rest.length < BLOCK_BYTES) continue;
    if (lines.length > 0) yield lines;
    rest = rest.subarray(lines.length);
  }
  if (rest.length > 0) yield rest;
}

async function* utf8(source: AsyncIterable<Buffer>, state: { foreign: boolean }): AsyncGenerator<string> {
  for await (const block of blocks(source)) {
    try {
      yield strict.decode(block);
    } catch {
      state.foreign = true;
      yield lineByLine(block);
    }
  }
}

function lineByLine(block: Buffer): string {
  let text = '';
  for (let at = 0; at < block.length;) {
    const next = block.indexOf(LF, at);
    const line = block.subarray(at, next === -1 ? block.length : next + 1);
    text += isUtf8(line) ? line.toString('utf8') : windows1252(line);
    at += line.length;
  }
  return text;
}

/** Files are glued together of both: a line that is UTF-8 is that. */
async function* singleByte(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const block of blocks(source)) yield lineByLine(block);
}

// What 0x80 to 0x9f mean in windows-1252; the five holes stay control characters.
const HIGH =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
export const windows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (char) => HIGH[char.charCodeAt(0) - 0x80] as string);

async function* utf16(source: AsyncIterable<Buffer>, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of source) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
