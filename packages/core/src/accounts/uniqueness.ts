import { MusterError, type Plugin } from '@muster/sdk';
import type { Store } from '../ports/store.ts';
import { all, eq } from '../query/filter.ts';
import type { AccountRecord } from './account-record.ts';
import type { Identity } from './identity.ts';

export const taken = (fields: readonly string[], other: Pick<AccountRecord, 'id' | 'label'>): string =>
  `${fields.join(' and ')}: account "${other.label}" (${other.id}) has it already`;

/** CONFLICT when another account has one of the identities; says which fields, and which account. */
export async function checkUnique(store: Store, plugin: Plugin, identity: Identity & { readonly id: string }): Promise<void> {
  const { id, key, key2 } = identity;
  for (const [path, value, fields] of [
    ['key', key, plugin.identity[0]],
    ['key2', key2, plugin.identity[1]],
  ] as const) {
    if (value === null || !fields) continue;
    const where = all(eq(path, value), { op: 'ne', field: 'id', value: id });
    const [other] = await store.list<AccountRecord>('accounts', { where, limit: 1 });
    if (!other) continue;
    throw new MusterError('CONFLICT', `${taken(fields, other)}. Change that one, or give this one another.`, {
      details: { fields, account: other.id, id: other.id, label: other.label },
    });
  }
}
