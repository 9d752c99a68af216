import type { Document, Tally } from '../../ports/store.ts';
import type { Bounds } from '../../query/bounds.ts';
import { within } from '../../query/bounds.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { compareScalars } from '../../query/scalars.ts';

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

/** Counts kept up to date with every change, so that asking for them costs nothing. */
export const createTallyTable = (fields: readonly string[]) => {
  const readers = fields.map(scalarReader);
  const counter = new Counter();
  const keyOf = (document: Document): Scalar[] => readers.map((read) => read(document));
  return {
    roots: fields.map((path) => path.split('.', 1)[0] as string),
    add: (document: Document) => counter.add(keyOf(document), 1),
    remove: (document: Document) => counter.add(keyOf(document), -1),
    /** Can counts by these fields, for documents within bounds on those fields, be told from here? */
    serves: (asked: readonly string[], bounded: Iterable<string>): boolean =>
      [...asked, ...bounded].every((field) => fields.includes(field)),
    by(asked: readonly string[], bounds: ReadonlyMap<string, Bounds>): Counter {
      const places = asked.map((field) => fields.indexOf(field));
      const result = new Counter();
      for (const { key, count } of counter.entries()) {
        if (!fields.every((field, at) => within(bounds.get(field), key[at] ?? null))) continue;
        result.add(
          places.map((at) => key[at] ?? null),
          count,
        );
      }
      return result;
    },
  };
};

export type TallyTable = ReturnType<typeof createTallyTable>;
