import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { EventFile } from './event-files.ts';
import { readEventLine } from './event-line.ts';
import { blocksFromEnd, fileLinesFromEnd } from './reverse-lines.ts';

const NEWLINE = 0x0a;

interface Tail {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What follows the last line end. */
const unfinishedTail = async (handle: FileHandle): Promise<Tail | undefined> => {
  for await (const { bytes, at } of blocksFromEnd(handle)) {
    const start = bytes.lastIndexOf(NEWLINE) + 1;
    if (start === bytes.length) return undefined;
    return { text: bytes.toString('utf8', start), start: at + start, end: at + bytes.length };
  }
  return undefined;
};

/** A crash may leave a last line without its end: one that is whole gets it, one that was cut short is taken off. */
export const mendTail = async (path: string): Promise<void> => {
  const handle = await open(path, 'r+');
  try {
    const tail = await unfinishedTail(handle);
    if (!tail) return;
    if (readEventLine(tail.text)) await handle.write('\n', tail.end);
    else await handle.truncate(tail.start);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The number of the last event that can be read; 0 where there is none. */
export const lastSeqOf = async (files: readonly EventFile[]): Promise<number> => {
  for (const file of files.toReversed()) {
    for await (const line of fileLinesFromEnd(file.path)) {
      const event = readEventLine(line);
      if (event) return event.seq;
    }
  }
  return 0;
};
