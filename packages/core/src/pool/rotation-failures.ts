import type { Store } from '../ports/store.ts';
import { eq } from '../query/filter.ts';
import type { RotationRecord } from './rotation-record.ts';

/** Failed and refused requests of a plugin's accounts, by id, as they are written down; only of those that have any. */
export async function readFailures(
  store: Store,
  plugin: string,
): Promise<ReadonlyMap<string, { readonly failed: number; readonly limited: number }>> {
  const records = await store.list<RotationRecord>('rotation', { where: eq('plugin', plugin) });
  return new Map(
    records.flatMap(({ id, tallied: { failed, limited } = { failed: 0, limited: 0 } }) =>
      failed > 0 ? [[id, { failed, limited }]] : [],
    ),
  );
}
