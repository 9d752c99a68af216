import type { Account, Client } from '@muster/api';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import type { Chosen } from './marks.ts';

/** All accounts of one plugin, as a choice. */
export function allOf(shell: Shell, plugin: string): Chosen {
  const count = shell.live.tally.get().reduce((sum, entry) => (entry.plugin === plugin ? sum + entry.count : sum), 0);
  return { selection: { plugin, all: true }, count, name: `all ${plural(count, 'account')}`, flags: '--all' };
}

const PAGE = 1_000;
/** Ids in one question: the filter has room for so many. */
const IDS = 100;
/** More than this are not fetched one by one. */
export const MOST_FETCHED = 5_000;

/** The accounts of a choice as they are now; `undefined` where there are too many to fetch. */
export async function accountsOf(client: Client, { selection, count }: Chosen): Promise<readonly Account[] | undefined> {
  if (count > MOST_FETCHED) return undefined;
  const { ids, plugin, where } = selection;
  const found: Account[] = [];
  if (ids !== undefined) {
    for (let at = 0; at < ids.length; at += IDS) {
      const query = { where: `id:${ids.slice(at, at + IDS).join(',')}`, limit: IDS };
      found.push(...(await client.call('listAccounts', { query })).accounts);
    }
    return found;
  }
  const scope = { ...(plugin === undefined ? {} : { plugin }), ...(where === undefined ? {} : { where }) };
  for (let offset = 0; offset < count; offset += PAGE)
    found.push(...(await client.call('listAccounts', { query: { ...scope, offset, limit: PAGE } })).accounts);
  return found;
}

const AT_ONCE = 8;

/** Runs `work` for each, a few at once, and answers with how many it changed. */
export async function forEachAccount(
  accounts: readonly Account[],
  work: (account: Account) => Promise<boolean>,
): Promise<number> {
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let account = accounts[next++]; account !== undefined; account = accounts[next++]) if (await work(account)) done++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done;
}
