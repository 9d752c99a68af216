import type { Document } from '../../ports/store.ts';
import type { OpenFile } from '../../ports/files.ts';
import { readRange } from './file-io.ts';

export interface SnapshotHead {
  readonly version: number;
  readonly generation: number;
  readonly savedAt: number;
}

const CHUNK = 1 << 20;
const NEWLINE = 10;

const parseHead = (line: string): SnapshotHead | undefined => {
  const match = /^\{"format":"muster-store","version":(\d+),"generation":(\d+),"savedAt":(\d+),$/.exec(line);
  return match ? { version: Number(match[1]), generation: Number(match[2]), savedAt: Number(match[3]) } : undefined;
};

export const readHead = async (file: OpenFile): Promise<SnapshotHead | undefined> => {
  const start = (await readRange(file, 0, 256)).toString('latin1');
  return parseHead(start.slice(0, start.indexOf('\n')));
};

/** Texts of whole lines, some megabytes at a time. */
async function* wholeLines(file: OpenFile, end: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for (let start = 0; start < end; start += CHUNK) {
    const bytes = Buffer.concat([rest, await readRange(file, start, Math.min(end, start + CHUNK))]);
    const last = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(last);
    if (last > 0) yield bytes.toString('utf8', 0, last);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

const parseDocuments = (lines: string): Document[] => {
  const list = lines.trimEnd();
  return list === '' ? [] : (JSON.parse(`[${list.endsWith(',') ? list.slice(0, -1) : list}]`) as Document[]);
};

/**
 * Reads a snapshot that `checkSnapshot` found whole. Documents come in pieces, parsed many lines at a time, which is
 * what makes opening quick and lifts the limit on the length of one text.
 */
export async function* readSnapshot(
  file: OpenFile,
  bytes: number,
): AsyncGenerator<{ collection: string; documents: Document[] }> {
  let collection: string | undefined;
  for await (const text of wholeLines(file, bytes)) {
    let at = 0;
    while (at < text.length) {
      if (collection === undefined) {
        const end = text.indexOf('\n', at);
        const name = /^(".*"):\[$/.exec(text.slice(at, end))?.[1];
        at = end + 1;
        if (name === undefined) continue;
        collection = JSON.parse(name) as string;
        yield { collection, documents: [] };
      }
      // Documents are one line each and begin with a brace, so a bracket at the start of a line ends the collection.
      const close = text.startsWith(']', at) ? at : text.indexOf('\n]', at) + 1;
      const end = close > 0 || text.startsWith(']', at) ? close : text.length;
      yield { collection, documents: parseDocuments(text.slice(at, end)) };
      if (end === text.length) break;
      collection = undefined;
      at = text.indexOf('\n', end) + 1;
    }
  }
}
