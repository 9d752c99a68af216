import type { Tally } from '../ports/store.ts';
import type { Scalar } from '../query/filter.ts';
import { compareScalars } from '../query/scalars.ts';

/** Counts by a combination of fields. */
export class Counter {
  readonly #counts = new Map<string, { readonly key: readonly Scalar[]; count: number }>();

  add(key: readonly Scalar[], by: number): void {
    const name = JSON.stringify(key);
    const entry = this.#counts.get(name);
    if (!entry) this.#counts.set(name, { key, count: by });
    else if (entry.count + by === 0) this.#counts.delete(name);
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
