import { crc32 } from 'node:zlib';
import type { OpenFile } from '../../ports/files.ts';
import { readRange } from './file-io.ts';
import { hex } from './snapshot-writer.ts';

const CHUNK = 4 << 20;
const LONGEST_END = 64 << 20;
const END = '\n"$end":';

interface SnapshotEnd {
  readonly documents: number;
  readonly bytes: number;
  readonly block: number;
  readonly sums: string;
}

export type SnapshotCheck =
  | { readonly whole: true; readonly documents: number; readonly bytes: number }
  /** `blocks` are the byte ranges that do not fit their checksums; undefined when the checksums themselves are lost. */
  | { readonly whole: false; readonly reason: string; readonly blocks?: readonly (readonly [number, number])[] };

const parseEnd = (line: string): SnapshotEnd | undefined => {
  const match =
    /^("\$end":\{"documents":(\d+),"bytes":(\d+),"block":(\d+),"sums":"([0-9a-f]*)"),"crc":"([0-9a-f]{8})"\}\}\n$/.exec(line);
  if (!match || hex(crc32(match[1] as string)) !== match[6]) return undefined;
  return { documents: Number(match[2]), bytes: Number(match[3]), block: Number(match[4]), sums: match[5] as string };
};

/** The last line, looked for from the end backwards: it grows with the file. */
const readEnd = async (file: OpenFile, size: number): Promise<{ line: string; at: number } | undefined> => {
  for (let length = 1 << 16; ; length *= 4) {
    const start = Math.max(0, size - length);
    const tail = await readRange(file, start, size);
    const found = tail.lastIndexOf(END);
    if (found >= 0) return { line: tail.toString('latin1', found + 1), at: start + found + 1 };
    if (start === 0 || length > LONGEST_END) return undefined;
  }
};

/** Compares a snapshot with its checksums, without parsing it. */
export const checkSnapshot = async (file: OpenFile): Promise<SnapshotCheck> => {
  const size = await file.size();
  const found = await readEnd(file, size);
  const end = found && parseEnd(found.line);
  if (!found || !end) return { whole: false, reason: 'its last line, with the checksums, is damaged or missing' };
  if (end.bytes !== found.at)
    return { whole: false, reason: `it should have ${end.bytes} bytes in front of its last line and has ${found.at}` };

  const damaged: [number, number][] = [];
  for (let start = 0; start < end.bytes; start += CHUNK) {
    const bytes = await readRange(file, start, Math.min(end.bytes, start + CHUNK));
    for (let at = 0; at < bytes.length; at += end.block) {
      const place = (start + at) / end.block;
      const block = bytes.subarray(at, at + end.block);
      if (hex(crc32(block)) !== end.sums.slice(place * 8, place * 8 + 8)) damaged.push([start + at, start + at + block.length]);
    }
  }
  if (damaged.length === 0) return { whole: true, documents: end.documents, bytes: size };
  const places = damaged.slice(0, 3).map(([from, to]) => `${from} to ${to}`);
  return {
    whole: false,
    reason: `its checksums do not fit at the bytes ${places.join(', ')}${damaged.length > 3 ? ' and more' : ''}`,
    blocks: damaged,
  };
};
