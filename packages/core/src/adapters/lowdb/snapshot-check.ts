import { crc32 } from 'node:zlib';
import type { OpenFile } from '../../ports/files.ts';
import { readRange } from './file-io.ts';
import { hex } from './snapshot-writer.ts';

const CHUNK = 4 << 20;
const LONGEST_END = 64 << 20;
const END = '\n"$end":';

/** The last line of a snapshot: what is in front of it, with a checksum of each block. */
export interface SnapshotEnd {
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

/** Looked for from the end backwards: the line grows with the file. Else, what is wrong with it. */
export const readEnd = async (file: OpenFile, size: number): Promise<SnapshotEnd | string> => {
  for (let length = 1 << 16; ; length *= 4) {
    const start = Math.max(0, size - length);
    const tail = await readRange(file, start, size);
    const found = tail.lastIndexOf(END);
    if (found < 0 && start > 0 && length <= LONGEST_END) continue;
    const end = found < 0 ? undefined : parseEnd(tail.toString('latin1', found + 1));
    if (!end) return 'its last line, with the checksums, is damaged or missing';
    const at = start + found + 1;
    return end.bytes === at ? end : `it should have ${end.bytes} bytes in front of its last line and has ${at}`;
  }
};

/** The blocks among these bytes, which begin at a block, that do not fit their checksums: byte ranges of the file. */
export const damagedIn = (bytes: Buffer, start: number, { block, sums }: SnapshotEnd): [number, number][] => {
  const damaged: [number, number][] = [];
  for (let at = 0; at < bytes.length; at += block) {
    const place = ((start + at) / block) * 8;
    const part = bytes.subarray(at, at + block);
    if (hex(crc32(part)) !== sums.slice(place, place + 8)) damaged.push([start + at, start + at + part.length]);
  }
  return damaged;
};

/** Compares a snapshot with its checksums, without parsing it. */
export const checkSnapshot = async (file: OpenFile): Promise<SnapshotCheck> => {
  const size = await file.size();
  const end = await readEnd(file, size);
  if (typeof end === 'string') return { whole: false, reason: end };
  const damaged: [number, number][] = [];
  for (let start = 0; start < end.bytes; start += CHUNK)
    damaged.push(...damagedIn(await readRange(file, start, Math.min(end.bytes, start + CHUNK)), start, end));
  if (damaged.length === 0) return { whole: true, documents: end.documents, bytes: size };
  const places = damaged.slice(0, 3).map(([from, to]) => `${from} to ${to}`);
  return {
    whole: false,
    reason: `its checksums do not fit at the bytes ${places.join(', ')}${damaged.length > 3 ? ' and more' : ''}`,
    blocks: damaged,
  };
};
