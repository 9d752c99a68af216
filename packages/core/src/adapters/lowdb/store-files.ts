import { join } from 'node:path';

export const SNAPSHOT = 'store.json';
/** Being written; takes the snapshot's name when it is whole. */
export const UNFINISHED = '.store.json.tmp';

const JOURNAL = /^store\.json\.journal\.(\d{6,})$/;

export const journalName = (generation: number): string => `${SNAPSHOT}.journal.${String(generation).padStart(6, '0')}`;

/** Generations of the journals among these names, in order. */
export const generationsIn = (names: readonly string[]): number[] =>
  names
    .map((name) => JOURNAL.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((left, right) => left - right);

export const pathsIn = (directory: string) => ({
  snapshot: join(directory, SNAPSHOT),
  unfinished: join(directory, UNFINISHED),
  journal: (generation: number) => join(directory, journalName(generation)),
});

export type StorePaths = ReturnType<typeof pathsIn>;
