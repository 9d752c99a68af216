import type { IndexDefinition } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';

// What a table knows beside its documents, so that it can be had again without looking at any of them. Rows are meant by their place.

export interface SavedIndex {
  readonly definition: IndexDefinition;
  /** Values of a partition, and how many of the places are its rows. */
  readonly partitions: readonly (readonly [values: readonly Scalar[], size: number])[];
  /** Partition by partition, each in order. */
  readonly places: Uint32Array;
  readonly leftOut: readonly (readonly [nulls: number, count: number])[];
}

export interface SavedTally {
  readonly fields: readonly string[];
  readonly counts: readonly (readonly [key: readonly Scalar[], count: number])[];
}

export interface SavedUnique {
  readonly path: string;
  readonly places: Uint32Array;
  /** The values of these rows. Called when they are first asked for. */
  readonly values: () => readonly Scalar[];
}

export interface SavedTable {
  readonly indexes: readonly SavedIndex[];
  readonly tallies: readonly SavedTally[];
  readonly uniques: readonly SavedUnique[];
}
