import type { ImportEntry, Importer } from '@muster/sdk';
import { createFindings } from './findings.ts';
import { createLineSplitter, type Line } from './lines.ts';
import { createListReader, type ListReader } from './list.ts';
import { decodeText } from './text.ts';

export interface LoadOptions {
  /** A lower bound of the level of every account in the file. */
  readonly level?: number | undefined;
}

/** So many lines are looked at before the columns of a list are settled. */
const HEAD_LINES = 5_000;

/** Reads a file of accounts: encoding, line ends and shape are found out; what is not understood is refused with its line. */
export const load: Importer<LoadOptions> = async function* (file, options, signal) {
  const text = await decodeText(file.bytes);
  if (text.encoding === 'binary') {
    yield { kind: 'file', format: 'binary', encoding: 'binary' };
    yield { kind: 'rejected', line: 0, reason: 'binary-file' };
    return;
  }
  const findings = createFindings();
  if (text.encoding === 'windows-1252') findings.warning('not-utf8');

  const splitter = createLineSplitter();
  let head: Line[] = [];
  let reader: ListReader | undefined;
  const take = function* (): Generator<ImportEntry> {
    for (const entry of findings.take()) yield withLevel(entry, options.level);
  };
  for await (const piece of text.pieces) {
    signal.throwIfAborted();
    const lines = splitter.push(piece);
    if (!reader) {
      head = head.concat(lines);
      if (head.length < HEAD_LINES) continue;
      reader = createListReader(head, findings);
      reader.read(head);
    } else {
      reader.read(lines);
    }
    yield* take();
  }
  const last = splitter.end();
  if (!reader) {
    head = head.concat(last);
    reader = createListReader(head, findings);
    reader.read(head);
  } else {
    reader.read(last);
  }
  reader.end();
  if (text.notUtf8()) findings.warning('not-utf8');
  yield* take();
  yield { kind: 'file', format: findings.format(), encoding: text.encoding };
};

function withLevel(entry: ImportEntry, level: number | undefined): ImportEntry {
  if (level === undefined || entry.kind !== 'account') return entry;
  const known = entry.data['level'];
  return { ...entry, data: { ...entry.data, level: typeof known === 'number' ? Math.max(known, level) : level } };
}
