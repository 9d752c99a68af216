import type { Tally } from '../ports/store.ts';
import type { Scalar } from '../query/filter.ts';
import { ScalarTree } from './scalar-tree.ts';
import { compareScalars } from '../query/scalars.ts';

/** Counts by a combination of fields. */
export class Counter {
  readonly #counts: ScalarTree<{ readonly key: readonly Scalar[]; count: number }>;

  /** How many fields are counted by. */
  constructor(fields: number) {
    this.#counts = new ScalarTree(fields);
  }

  add(key: readonly Scalar[], by: number): void {
    const entry = this.#counts.get(key);
    if (!entry) this.#counts.set(key, { key, count: by });
    else if (entry.count + by === 0) this.#counts.delete(key);
    else entry.count += by;
  }

  entries(): Iterable<Tally> {
    return this.#counts.values();
  }

  /** Most first; ties by the values. */
  tallies(): Tally[] {
    const byKey = (left: Tally, right: Tally): number => {
      const at = left.key.findIndex((value, place) => compareScalars(value, right.key[place] ?? null) !== 0);
      return at < 0 ? 0 : compareScalars(left.key[at] ?? null, right.key[at] ?? null);
    };
    return [...this.#counts.values()]
      .map(({ key, count }) => ({ key, count }))
      .toSorted((left, right) => right.count - left.count || byKey(left, right));
  }
}
