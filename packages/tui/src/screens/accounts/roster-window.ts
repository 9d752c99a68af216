import type { Account, Client } from '@muster/api';
import { createListWindow, type ListView, type ListWindow } from '../../state/list-window.ts';

export interface RosterQuery {
  readonly plugin?: string;
  /** A filter in the language of `--where`; empty for all. */
  readonly where: string;
  /** A field, with `-` before it for descending; empty for the order of the circle. */
  readonly sort: string;
}

export type RosterView = ListView<RosterQuery>;
export type RosterWindow = ListWindow<Account, RosterQuery>;

/** The query as the host takes it: what is not asked for is left out. */
export const queryOf = ({ plugin, where, sort }: RosterQuery): { plugin?: string; where?: string; sort?: string } => ({
  ...(plugin === undefined ? {} : { plugin }),
  ...(where === '' ? {} : { where }),
  ...(sort === '' ? {} : { sort }),
});

export const createRosterWindow = (client: Client, start: RosterQuery): RosterWindow =>
  createListWindow<Account, RosterQuery>({
    start,
    async fetch(query, range, signal) {
      const { total, accounts } = await client.call('listAccounts', { query: { ...range, ...queryOf(query) } }, signal);
      return { total, rows: accounts };
    },
  });
