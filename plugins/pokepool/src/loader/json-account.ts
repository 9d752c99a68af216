import { columnOf, isBareName, levelOf, providerOf, rankOfName, type AccountFields, type Column } from './fields.ts';
import type { LabelledAccount } from './labelled.ts';

/**
 * The account that an object describes by its keys; undefined when it describes none. Where no key names the user, an
 * email or a `name` beside a password does, as in a header.
 */
export function accountOf(entries: Iterable<readonly [string, unknown]>): LabelledAccount | undefined {
  const fields: AccountFields = { username: '' };
  let named = false;
  let name = '';
  const ranks = new Map<Column, number>();
  for (const [key, value] of entries) {
    const column = columnOf(key);
    if (typeof value === 'string' && isBareName(key)) name = value;
    if (!column || value === null || value === undefined) continue;
    // Of several keys for one field (`username` and `account`) the one that says it best counts.
    const rank = rankOfName(key);
    if ((ranks.get(column) ?? Infinity) < rank) continue;
    ranks.set(column, rank);
    if (column === 'level') {
      const level = typeof value === 'number' || typeof value === 'string' ? levelOf(`${value}`) : undefined;
      if (level === undefined) return { reason: 'not-a-level' };
      fields.level = level;
    } else if (typeof value !== 'string') {
      // A number may have lost digits or zeros on its way: it is not the text that was meant.
      if (column === 'username' || column === 'password') return { reason: `${column}-not-text` };
    } else if (column === 'provider') {
      const provider = providerOf(value);
      if (!provider && value !== '') return { reason: 'unknown-provider' };
      if (provider) fields.provider = provider;
    } else if (column === 'username') {
      fields.username = value;
      named = true;
    } else if (column === 'password' || value !== '') {
      fields[column] = value;
    }
  }
  if (ranks.get('deviceId') === rankOfName('id') && fields.model === undefined && fields.ios === undefined)
    delete fields.deviceId;
  if (named) return { fields };
  if (fields.password === undefined) return undefined;
  const username = fields.email ?? name;
  return username === '' ? { reason: 'empty-username' } : { fields: { ...fields, username } };
}

export function readJsonLine(text: string): LabelledAccount | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? accountOf(Object.entries(value)) : undefined;
  } catch {
    return { reason: 'malformed-json' };
  }
}
