import type { Scalar } from '../../query/filter.ts';
import { Counter } from '../counter.ts';
import type { Statements } from './statements.ts';

const ADD = `INSERT INTO counts (collection, name, key, count) VALUES (?, ?, ?, ?)
  ON CONFLICT (collection, name, key) DO UPDATE SET count = count + excluded.count`;
const READ = 'SELECT key, count FROM counts WHERE collection = ? AND name = ? AND count <> 0';

/** Numbers kept beside a collection: documents by tally, and how many an index leaves out. Written once a batch. */
export const createCounts = (statements: Statements, collection: string) => {
  let pending = new Map<string, { name: string; key: string; by: number }>();

  const flush = (): void => {
    for (const { name, key, by } of pending.values()) if (by !== 0) statements.run(ADD, collection, name, key, by);
    pending.clear();
  };
  return {
    add(name: string, values: readonly Scalar[], by: number): void {
      const key = JSON.stringify(values);
      const place = `${name}\n${key}`;
      const entry = pending.get(place);
      if (entry) entry.by += by;
      else pending.set(place, { name, key, by });
    },
    /** `fields`: how many values a key has. */
    read(name: string, fields: number): Counter {
      flush();
      const counter = new Counter(fields);
      for (const { key, count } of statements.all(READ, collection, name))
        counter.add(JSON.parse(key as string) as Scalar[], count as number);
      return counter;
    },
    total(name: string): number {
      return [...this.read(name, 0).entries()].reduce((sum, { count }) => sum + count, 0);
    },
    flush,
    /** Forgets what was not written: the batch was rolled back. */
    forget(): void {
      pending = new Map();
    },
  };
};

export type Counts = ReturnType<typeof createCounts>;
