import type { Document, Operation, Patch, Query, Tally } from '../ports/store.ts';
import { matches } from '../query/evaluate.ts';
import type { Filter, Scalar } from '../query/filter.ts';
import { readPath } from '../query/path.ts';
import { compareScalars, compareText, toScalar } from '../query/scalars.ts';

type Fields = Document & Record<string, unknown>;

const patched = (document: Fields, patch: Patch): Fields => {
  const next: Fields = { ...document, ...patch.set };
  for (const [field, by] of Object.entries(patch.add ?? {})) next[field] = Number(next[field] ?? 0) + by;
  return next;
};

/**
 * What a store means, in the plainest way: one list, filtered, sorted and cut. Stores are compared with it. A method returns
 * `'conflict'` where a store refuses.
 */
export const createStoreModel = (unique: readonly string[]) => {
  let documents: Fields[] = [];

  const list = (query: Query): Fields[] => {
    const { where, sort, offset = 0, limit = Infinity } = query;
    const order = (left: Fields, right: Fields): number =>
      (sort ? compareScalars(toScalar(readPath(left, sort.by)), toScalar(readPath(right, sort.by))) : 0) ||
      compareText(left.id, right.id);
    const found = documents.filter((document) => !where || matches(where, document)).toSorted(order);
    return (sort?.descending ? found.toReversed() : found).slice(offset, offset + limit);
  };

  const isUnique = (document: Fields, among: readonly Fields[]): boolean =>
    unique.every((path) => {
      const value = toScalar(readPath(document, path));
      return value === null || !among.some((other) => other.id !== document.id && readPath(other, path) === value);
    });

  const step = (operation: Operation, among: readonly Fields[]): Fields[] | 'conflict' => {
    if ('insert' in operation) {
      const document = operation.document as Fields;
      if (among.some(({ id }) => id === document.id) || !isUnique(document, among)) return 'conflict';
      return [...among, document];
    }
    const known = among.find(({ id }) => id === operation.id);
    if (!known) return 'conflict';
    if ('delete' in operation) return among.filter((document) => document !== known);
    const condition = Object.entries(operation.if ?? {});
    if (condition.some(([path, value]) => toScalar(readPath(known, path)) !== value)) return 'conflict';
    const next = patched(known, operation.patch);
    return isUnique(next, among) ? among.map((document) => (document === known ? next : document)) : 'conflict';
  };

  return {
    list,
    count: (where: Filter | undefined): number => list(where ? { where } : {}).length,
    tally(fields: readonly string[], where: Filter | undefined): Tally[] {
      const counts = new Map<string, number>();
      for (const document of list(where ? { where } : {})) {
        const key = JSON.stringify(fields.map((field) => toScalar(readPath(document, field))));
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return [...counts].map(([key, count]) => ({ key: JSON.parse(key) as Scalar[], count }));
    },
    commit(operations: readonly Operation[]): 'done' | 'conflict' {
      let next: Fields[] | 'conflict' = documents;
      for (const operation of operations) {
        next = step(operation, next);
        if (next === 'conflict') return 'conflict';
      }
      documents = next;
      return 'done';
    },
    claim(query: Query, patch: Patch): Fields[] | 'conflict' {
      const chosen = list({ limit: 1, ...query });
      const updates = chosen.map(({ id }): Operation => ({ update: 'things', id, patch }));
      if (this.commit(updates) === 'conflict') return 'conflict';
      return chosen.map(({ id }) => documents.find((document) => document.id === id) as Fields);
    },
  };
};
