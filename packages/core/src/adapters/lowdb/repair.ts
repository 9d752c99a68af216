import { join } from 'node:path';
import type { Document } from '../../ports/store.ts';
import type { Captured } from '../memory/capture.ts';
import { applyPatch } from '../patch.ts';
import type { JournalEntry } from '../table-store.ts';
import { readRange, using, writeAll } from './file-io.ts';
import { readLines } from './journal-line.ts';
import { startJournal } from './journal.ts';
import { placeSnapshot, type Place } from './new-store.ts';
import { readJournal } from './recover.ts';
import { insertsIn } from './salvage-line.ts';
import { checkSnapshot } from './snapshot-check.ts';
import { generationsIn, journalName, SNAPSHOT } from './store-files.ts';

export interface Repaired {
  readonly documents: number;
  /** What could not be read or may be wrong, in words. */
  readonly lost: readonly string[];
  /** Folder with the files as they were. */
  readonly keptIn: string;
}

type Saved = Map<string, Map<string, Document>>;

const collectionIn = (saved: Saved, name: string): Map<string, Document> => {
  const known = saved.get(name);
  if (known) return known;
  const made = new Map<string, Document>();
  saved.set(name, made);
  return made;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'string';

/** Takes every line of the snapshot that is a document; whether it stands in a damaged block is said, not judged. */
const salvageSnapshot = async ({ files, paths }: Place, saved: Saved, lost: string[]): Promise<void> =>
  using(files.open(paths.snapshot, 'read'), async (file) => {
    const check = await checkSnapshot(file);
    if (!check.whole) lost.push(`${SNAPSHOT}: ${check.reason}`);
    const bytes = await readRange(file, 0, await file.size());
    let collection: Map<string, Document> | undefined;
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(10, at);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.toString('utf8', at, end);
      const name = /^(".*"):\[$/.exec(line)?.[1];
      const document = line.startsWith('{"format"') ? undefined : parse(line.endsWith(',') ? line.slice(0, -1) : line);
      if (name !== undefined) collection = collectionIn(saved, String(parse(name)));
      else if (isDocument(document)) {
        const doubtful = !check.whole && check.blocks?.some(([from, to]) => at < to && end > from);
        if (doubtful) lost.push(`${SNAPSHOT}: document ${document.id} stands in a damaged place; look at it`);
        collection?.set(document.id, document);
      } else if (line.startsWith('{"id"')) lost.push(`${SNAPSHOT}: the document at byte ${at} cannot be read`);
      at = end + 1;
    }
  });

const applyEntry = (saved: Saved, entry: JournalEntry): void => {
  const documents = collectionIn(saved, entry[1]);
  if (entry[0] === 'insert') documents.set(entry[2].id, entry[2]);
  else if (entry[0] === 'delete') documents.delete(entry[2]);
  else
    for (const id of entry[2]) {
      const before = documents.get(id);
      if (before) documents.set(id, applyPatch(before, entry[3]));
    }
};

/** Every line that can be read, in order. A change of a document that was lost is left out. */
const salvageJournal = async (place: Place, generation: number, saved: Saved, lost: string[]): Promise<void> => {
  const { bytes } = await readJournal(place, generation);
  for (const part of readLines(bytes)) {
    if (part.kind === 'damage') {
      let read = 0;
      for (const [collection, document] of insertsIn(bytes.toString('utf8', part.at, part.end))) {
        collectionIn(saved, collection).set(document.id, document);
        read += 1;
      }
      const but = read === 0 ? '' : `, but for ${read} new documents; look at them`;
      lost.push(`${journalName(generation)}: the changes at byte ${part.at} cannot be read${but}`);
    }
    if (part.kind !== 'line' || part.at === 0) continue;
    for (const entry of (parse(part.text) as JournalEntry[][]).flat()) applyEntry(saved, entry);
  }
};

const keep = async ({ files, directory }: Place, names: readonly string[], folder: string): Promise<void> => {
  await files.makeDirectory(folder);
  for (const name of names) {
    const bytes = await using(files.open(join(directory, name), 'read'), async (file) => readRange(file, 0, await file.size()));
    await using(files.open(join(folder, name), 'create'), async (file) => {
      await writeAll(file, bytes, 0);
      await file.sync();
    });
  }
  await files.syncDirectory(folder);
  await files.syncDirectory(directory);
};

/** The generation that the snapshot begins at, read as well as may be; older journals are in it already. */
const generationOf = async ({ files, paths }: Place): Promise<number> => {
  const head = await using(files.open(paths.snapshot, 'read'), (file) => readRange(file, 0, 256));
  return Number(/"generation":(\d+)/.exec(head.toString('latin1'))?.[1] ?? 0);
};

/**
 * Saves what can be read of a damaged store: keeps a copy of its files in `folder`, then puts a new snapshot in place, after which the
 * old journals count no more. A crash in the middle leaves the damaged store as it was.
 */
export const repairFiles = async (place: Place, folder: string, savedAt: number): Promise<Repaired> => {
  const { files, directory, paths } = place;
  const names = (await files.list(directory)).filter((name) => name.startsWith(SNAPSHOT));
  const generations = generationsIn(names);
  const saved: Saved = new Map();
  const lost: string[] = [];
  let first = 0;
  if (names.includes(SNAPSHOT)) {
    first = await generationOf(place);
    await salvageSnapshot(place, saved, lost);
  } else lost.push(`${SNAPSHOT} is missing: only documents that the journals name are saved`);
  for (const generation of generations.filter((each) => each >= first)) await salvageJournal(place, generation, saved, lost);

  await keep(place, names, folder);
  const captured: Captured = {
    collections: [...saved].map(([name, documents]) => ({ name, documents: [...documents.values()] })),
  };
  const generation = Math.max(first, ...generations) + 1;
  await (await startJournal(place, { generation, after: null })).file.close();
  await placeSnapshot(place, captured, { generation, savedAt });
  for (const old of generations) await files.remove(paths.journal(old));
  return { documents: captured.collections.reduce((sum, { documents }) => sum + documents.length, 0), lost, keptIn: folder };
};
