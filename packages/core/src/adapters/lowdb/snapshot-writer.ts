import { crc32 } from 'node:zlib';
import type { OpenFile } from '../../ports/files.ts';
import type { Captured } from '../memory/capture.ts';
import { jsonOf } from '../memory/row.ts';
import { writeAll } from './file-io.ts';
import { linesOfSaved } from './saved-lines.ts';

/** Checksums are kept for each block of this many bytes, so that damage can be told to a place and the rest trusted. */
export const BLOCK_BYTES = 1 << 16;

export const hex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0');

const SLICE_MS = 2;
const SLICE_CHARACTERS = 1 << 18;

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const createBlockSums = () => {
  const sums: number[] = [];
  let open = 0;
  let filled = 0;
  return {
    add(bytes: Uint8Array): void {
      let at = 0;
      while (at < bytes.length) {
        const part = bytes.subarray(at, at + BLOCK_BYTES - filled);
        open = crc32(part, open);
        filled += part.length;
        at += part.length;
        if (filled === BLOCK_BYTES) {
          sums.push(open);
          open = 0;
          filled = 0;
        }
      }
    },
    text: (): string => [...sums, ...(filled > 0 ? [open] : [])].map(hex).join(''),
  };
};

/** The file as lines: a document a line, and around them what makes the whole one JSON object. */
function* linesOf(captured: Captured): Generator<string> {
  const { collections } = captured;
  yield '"collections":{\n';
  for (const [place, { name, documents }] of collections.entries()) {
    yield `${JSON.stringify(name)}:[\n`;
    const last = documents.length - 1;
    for (const [at, document] of documents.entries()) yield `${jsonOf(document)}${at < last ? ',\n' : '\n'}`;
    yield place < collections.length - 1 ? '],\n' : ']\n';
  }
  yield '},\n';
  yield '"indexes":{\n';
  let comma = '';
  for (const { name, saved } of collections) {
    if (!saved) continue;
    yield comma;
    yield* linesOfSaved(name, saved);
    comma = ',\n';
  }
  yield '},\n';
}

/**
 * Writes a snapshot in slices of a few milliseconds, so that the event loop goes on. It is one valid JSON document:
 * a head, the documents line by line, and checksums of every block at the end. Returns its bytes. Not synced.
 */
export const writeSnapshot = async (
  file: OpenFile,
  captured: Captured,
  head: { readonly generation: number; readonly savedAt: number },
): Promise<number> => {
  const sums = createBlockSums();
  let position = 0;
  const put = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    sums.add(bytes);
    position = await writeAll(file, bytes, position);
  };
  let slice = `{"format":"muster-store","version":1,"generation":${head.generation},"savedAt":${head.savedAt},\n`;
  let began = performance.now();
  let lines = 0;
  for (const line of linesOf(captured)) {
    slice += line;
    lines += 1;
    if (lines % 32 !== 0 || (slice.length < SLICE_CHARACTERS && performance.now() - began < SLICE_MS)) continue;
    await put(slice);
    await breathe();
    slice = '';
    began = performance.now();
  }
  await put(slice);
  const documents = captured.collections.reduce((sum, collection) => sum + collection.documents.length, 0);
  const end = `"$end":{"documents":${documents},"bytes":${position},"block":${BLOCK_BYTES},"sums":"${sums.text()}"`;
  return writeAll(file, Buffer.from(`${end},"crc":"${hex(crc32(end))}"}}\n`), position);
};
