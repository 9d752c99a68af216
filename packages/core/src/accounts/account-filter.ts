import { secretFields, type Plugin } from '@muster/sdk';
import type { Filter } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';

/** A filter over accounts as people write it. With a plugin, its fields are known by name and others are refused. BAD_FILTER. */
export function accountFilter(text: string, plugin: Plugin | undefined, now: number): Filter {
  if (!plugin) return parseFilter(text, { now });
  const secret = secretFields(plugin.account);
  const plain = Object.keys(plugin.account.shape).filter((field) => !secret.includes(field));
  return parseFilter(text, { now, fields: { plain, secret } });
}
