import { MusterError, secretFields, type Plugin } from '@muster/sdk';
import { accountField } from '../query/account-fields.ts';

const MORE: Readonly<Record<string, string>> = {
  name: 'label',
  order: 'order',
  place: 'order',
  usedAt: 'usedAt',
  dueAt: 'dueAt',
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
  fence: 'fence',
};

/** Where in a record the field is that people name when they sort. BAD_FILTER for a secret one. */
export function sortPath(name: string, plugin: Plugin | undefined): string {
  if (Object.hasOwn(MORE, name)) return MORE[name] as string;
  if (plugin?.rank === name) return 'rank';
  if (plugin && secretFields(plugin.account).includes(name))
    throw new MusterError('BAD_FILTER', `"${name}" is secret; accounts cannot be sorted by it.`);
  return accountField(name).path;
}
