import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

const BLOCK = 512 * 1024;
const NEWLINE = 0x0a;

/** A run of whole lines, as bytes; `at` is its place in the file. */
export interface LineBlock {
  readonly bytes: Buffer;
  readonly at: number;
}

const readFully = async (handle: FileHandle, from: number, to: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
};

/** The file's lines in blocks, from its end to its start; a last line without its end is part of the first block. */
export async function* blocksFromEnd(handle: FileHandle, blockSize: number = BLOCK): AsyncGenerator<LineBlock> {
  let { size: end } = await handle.stat();
  // What of a line lies in blocks already read.
  let rest: Buffer[] = [];
  while (end > 0) {
    const start = Math.max(0, end - blockSize);
    const block = await readFully(handle, start, end);
    const cut = start === 0 ? 0 : block.indexOf(NEWLINE) + 1;
    if (start > 0 && cut === 0) rest.unshift(block);
    else {
      yield { bytes: Buffer.concat([block.subarray(cut), ...rest]), at: start + cut };
      rest = cut === 0 ? [] : [block.subarray(0, cut)];
    }
    end = start;
  }
}

/** The lines of a block, last first; with `needle`, only those that hold these bytes. */
export function* linesFromEnd({ bytes }: LineBlock, needle?: Buffer): Generator<string> {
  let end = bytes.length;
  while (end > 0) {
    const hit = needle ? bytes.lastIndexOf(needle, end - 1) : end - 1;
    if (hit < 0) return;
    const lineEnd = bytes.indexOf(NEWLINE, hit);
    const start = hit === 0 ? 0 : bytes.lastIndexOf(NEWLINE, hit - 1) + 1;
    const line = bytes.toString('utf8', start, lineEnd < 0 ? bytes.length : lineEnd);
    if (line !== '') yield line;
    end = start;
  }
}

/** The lines of a file, last first; with `needle`, only those that hold these bytes. A file that is gone has none. */
export async function* fileLinesFromEnd(path: string, needle?: Buffer): AsyncGenerator<string> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    for await (const block of blocksFromEnd(handle)) yield* linesFromEnd(block, needle);
  } finally {
    await handle.close();
  }
}
