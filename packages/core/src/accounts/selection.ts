import type { Plugins } from '../plugins/plugins.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, oneOf, type Filter } from '../query/filter.ts';
import { accountFilter } from './account-filter.ts';
import type { AccountRecord } from './account-record.ts';
import type { AccountSelection } from './accounts.ts';
import { createKeySet } from './key-set.ts';

const PAGE = 1_000;

/** Selections as the store understands them. */
export interface Selections {
  /** BAD_FILTER; NOT_FOUND for an unknown plugin. */
  filter(selection: AccountSelection): Filter | undefined;
  /**
   * The accounts of a selection in pieces: in the order of `ids`, else of the circle. None is left out and none comes twice,
   * also while accounts are used and move: places only ever grow.
   */
  pages(selection: AccountSelection): AsyncIterable<AccountRecord[]>;
}

export function createSelections(deps: { readonly store: Store; readonly plugins: Plugins; readonly clock: Clock }): Selections {
  const { store, plugins, clock } = deps;

  const filter: Selections['filter'] = ({ plugin: id, where, ids }) => {
    const plugin = id !== undefined && where !== undefined ? plugins.get(id) : undefined;
    const filters = [
      id === undefined ? undefined : eq('plugin', id),
      where === undefined ? undefined : accountFilter(where, plugin, clock.now()),
      ids === undefined ? undefined : oneOf('id', ids),
    ].filter((each) => each !== undefined);
    return filters.length === 0 ? undefined : all(...filters);
  };

  async function* byId(selection: AccountSelection, ids: readonly string[]): AsyncIterable<AccountRecord[]> {
    const distinct = [...new Set(ids)];
    for (let at = 0; at < distinct.length; at += PAGE) {
      const piece = distinct.slice(at, at + PAGE);
      const where = filter({ ...selection, ids: piece }) as Filter;
      const found = new Map((await store.list<AccountRecord>('accounts', { where })).map((record) => [record.id, record]));
      const page = piece.flatMap((id) => found.get(id) ?? []);
      if (page.length > 0) yield page;
    }
  }

  async function* byPlace(selection: AccountSelection): AsyncIterable<AccountRecord[]> {
    const where = filter(selection);
    const seen = createKeySet();
    let from: Filter | undefined;
    for (;;) {
      const query = { sort: { by: 'order' }, limit: PAGE };
      const page: AccountRecord[] = await store.list<AccountRecord>('accounts', { ...query, where: all(where, from) });
      const fresh = page.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      if (fresh.length > 0) yield fresh;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      // `gte`, as several may share a place; past it once it holds nothing new.
      from = { op: fresh.length > 0 ? 'gte' : 'gt', field: 'order', value: last.order };
    }
  }

  return {
    filter,
    pages: (selection) => (selection.ids === undefined ? byPlace(selection) : byId(selection, selection.ids)),
  };
}
