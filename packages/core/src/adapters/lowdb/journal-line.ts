import { crc32 } from 'node:zlib';

// A line is `<crc, 8 hex> <bytes of the text> <text>\n`. The text is JSON, which holds no line break, so lines can be told
// apart even in a damaged file. One line is one write: all transactions that were made durable together.

const NEWLINE = 10;
const NUL = 0;

const hex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0');

export const encodeLine = (text: string): Buffer => {
  const counted = `${Buffer.byteLength(text)} ${text}`;
  return Buffer.from(`${hex(crc32(counted))} ${counted}\n`);
};

/** The text of a line (without its line break), or undefined when it is damaged. */
const decodeLine = (line: Buffer): string | undefined => {
  const counted = line.subarray(9);
  if (line.length < 11 || line.toString('latin1', 0, 9) !== `${hex(crc32(counted))} `) return undefined;
  const gap = counted.indexOf(' ');
  const text = counted.subarray(gap + 1);
  return Number(counted.toString('latin1', 0, gap)) === text.length ? text.toString('utf8') : undefined;
};

/** Bytes that a file was given but that never reached the disk read as zeros; JSON holds none. */
const isUnwritten = (bytes: Buffer): boolean => bytes.includes(Buffer.alloc(16, NUL));

export type JournalPart =
  | { readonly kind: 'line'; readonly at: number; readonly end: number; readonly text: string }
  /** A write that was cut short by a crash: nothing follows it, and it was never acknowledged. */
  | { readonly kind: 'torn'; readonly at: number; readonly bytes: number }
  | { readonly kind: 'damage'; readonly at: number; readonly end: number };

const torn = (bytes: Buffer, at: number): boolean => {
  const rest = bytes.subarray(at);
  const newline = rest.indexOf(NEWLINE);
  // Without its line break, unless all else is there: then the line break itself was changed.
  if (newline < 0) return decodeLine(rest.subarray(0, -1)) === undefined;
  if (!isUnwritten(rest.subarray(0, newline))) return false;
  // Zeros excuse the last write only: a whole line behind them was written after they had been made safe.
  for (let start = newline + 1; start < rest.length;) {
    const end = rest.indexOf(NEWLINE, start);
    if (end < 0) break;
    if (decodeLine(rest.subarray(start, end)) !== undefined) return false;
    start = end + 1;
  }
  return true;
};

/** The lines of a journal; damaged ones too, so that a repair can go on behind them. */
export function* readLines(bytes: Buffer): Generator<JournalPart> {
  let at = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at);
    const text = newline < 0 ? undefined : decodeLine(bytes.subarray(at, newline));
    const end = newline < 0 ? bytes.length : newline + 1;
    if (text !== undefined) yield { kind: 'line', at, end, text };
    else if (torn(bytes, at)) {
      yield { kind: 'torn', at, bytes: bytes.length - at };
      return;
    } else yield { kind: 'damage', at, end };
    at = end;
  }
}
