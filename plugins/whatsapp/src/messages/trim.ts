import type { Records } from '@muster/sdk';

const BATCH = 500;

/** Removes the oldest of a group until `keep` are left; gives their keys. */
export async function trim<T>(records: Records<T>, group: string, keep: number): Promise<string[]> {
  const removed: string[] = [];
  for (let over = (await records.count({ group })) - keep; over > 0; over -= BATCH) {
    const old = await records.list({ group, limit: Math.min(over, BATCH) });
    await records.commit(old.map(({ key }) => ({ remove: key })));
    removed.push(...old.map(({ key }) => key));
  }
  return removed;
}
