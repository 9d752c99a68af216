import type { Scalar } from '../../query/filter.ts';

/** A document that the lagging indexes do not hold yet, by the number of its row. */
export interface TailEntry {
  readonly id: string;
  /** By unique path. */
  readonly unique: readonly Scalar[];
  /** By lagging index: the values of its fields, or undefined where it leaves the document out. */
  readonly ordered: readonly (readonly Scalar[] | undefined)[];
}

/** Documents that were inserted and are still to be put into the lagging indexes: as many as were stored in one go. */
export const createTail = (uniquePaths: number) => {
  const entries = new Map<number, TailEntry>();
  const unique = Array.from({ length: uniquePaths }, () => new Map<Scalar, number>());
  return {
    entries,
    has: (seq: number): boolean => entries.has(seq),
    add(seq: number, entry: TailEntry): void {
      entries.set(seq, entry);
      entry.unique.forEach((value, at) => {
        if (value !== null) unique[at]?.set(value, seq);
      });
    },
    remove(seq: number): void {
      entries.get(seq)?.unique.forEach((value, at) => {
        if (value !== null && unique[at]?.get(value) === seq) unique[at]?.delete(value);
      });
      entries.delete(seq);
    },
    /** The row that has this value at a unique path. */
    find: (at: number, value: Scalar): number | undefined => unique[at]?.get(value),
    clear(): void {
      entries.clear();
      for (const map of unique) map.clear();
    },
  };
};

export type Tail = ReturnType<typeof createTail>;
