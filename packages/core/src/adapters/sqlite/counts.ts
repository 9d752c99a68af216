import type { Scalar } from '../../query/filter.ts';
import { Counter } from '../counter.ts';
import type { Statements } from './statements.ts';

const ADD = `INSERT INTO counts (collection, name, key, count) VALUES (?, ?, ?, ?)
  ON CONFLICT (collection, name, key) DO UPDATE SET count = count + excluded.count`;
const READ = 'SELECT key, count FROM counts WHERE collection = ? AND name = ? AND count <> 0';

/** Numbers kept beside a collection: documents by tally, and how many an index leaves out. Written once a batch. */
export const createCounts = (statements: Statements, collection: string) => {
  let pending = new Map<string, Counter>();

  const flush = (): void => {
    for (const [name, counter] of pending)
      for (const { key, count } of counter.entries()) statements.run(ADD, collection, name, JSON.stringify(key), count);
    pending.clear();
  };
  return {
    add(name: string, values: readonly Scalar[], by: number): void {
      let counter = pending.get(name);
      if (!counter) {
        counter = new Counter(values.length);
        pending.set(name, counter);
      }
      counter.add(values, by);
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
