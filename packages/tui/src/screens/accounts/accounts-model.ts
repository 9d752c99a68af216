import type { Account } from '@muster/api';
import { edit, editAll, type TextEdit } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { Key } from '../../terminal/key.ts';
import { addMarks, type Chosen, chosen, countMarks, type Marks, NO_MARKS, toggleMark } from './marks.ts';
import { createProxyNames, type ProxyNames } from './proxy-names.ts';
import { createRosterWindow, queryOf, type RosterWindow } from './roster-window.ts';

const STATE_FILTERS = ['all', 'problems', 'needs you'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];
const STATE_TERMS: Record<StateFilter, string> = { all: '', problems: 'state:failed,needs-you', 'needs you': 'state:needs-you' };

const SORTS = ['', 'label', 'state', '-usedAt', '-updatedAt'] as const;
export const SORT_NAMES: Record<string, string> = {
  '': 'circle',
  label: 'name ↑',
  state: 'state ↑',
  '-usedAt': 'last used',
  '-updatedAt': 'last changed',
};

/** The list is asked for anew at most this often while accounts change. */
const REFRESH_MS = 1_000;
/** Accounts fetched for the ends of a long range at once, and at most marked one by one. */
const RANGE_PIECE = 1_000;
const LONGEST_RANGE = 100_000;

export interface AccountsView {
  readonly filter: string;
  /** The filter while it is typed. */
  readonly editing: TextEdit | null;
  readonly states: StateFilter;
  readonly sort: string;
  readonly plugin: string | undefined;
  readonly marks: Marks;
  /** Where a range began. */
  readonly anchor: number | null;
  /** Titles of columns that are left out. */
  readonly hidden: ReadonlySet<string>;
  /** The list has the whole width; one account is shown when it is opened. */
  readonly listOnly: boolean;
}

export interface AccountsModel {
  readonly roster: RosterWindow;
  readonly view: Store<AccountsView>;
  readonly proxies: Store<ProxyNames>;
  readonly chosen: () => Chosen | undefined;
  /** What stands before `text` in the filter that is sent, in columns. */
  readonly columnShift: () => number;
  readonly setFilter: (text: string) => void;
  readonly showPlugin: (plugin: string | undefined) => void;
  readonly startFilter: () => void;
  readonly typeFilter: (key: Key) => boolean;
  readonly cycleStates: () => void;
  readonly cycleSort: () => void;
  /** The account beside the list, or the list alone. */
  readonly toggleDetail: () => void;
  /** Shows a column, or leaves it out. */
  readonly toggleColumn: (title: string) => void;
  readonly mark: () => void;
  readonly range: () => void;
  readonly markAll: () => void;
  readonly unmark: () => void;
  readonly close: () => void;
}

/** `a or b` must stay together beside another term. */
const needsBrackets = (filter: string, term: string): boolean => term !== '' && /\bor\b/i.test(filter);

function whereOf(filter: string, states: StateFilter): string {
  const term = STATE_TERMS[states];
  const text = filter.trim();
  return [needsBrackets(text, term) ? `(${text})` : text, term].filter((part) => part !== '').join(' ');
}

export function createAccountsModel(shell: Shell): AccountsModel {
  const view = createStore<AccountsView>({
    filter: '',
    editing: null,
    states: 'all',
    sort: '',
    plugin: undefined,
    marks: NO_MARKS,
    anchor: null,
    hidden: new Set(),
    listOnly: false,
  });
  const roster = createRosterWindow(shell.client, { where: '', sort: '' });
  const proxies = createProxyNames(shell, roster);
  // Under work the roster changes at every beat: what is shown follows more calmly. The first change is shown at once.
  let refreshing: NodeJS.Timeout | undefined;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  const refresh = (): void => {
    refreshing = undefined;
    refreshedAt = performance.now();
    roster.refresh();
  };
  // What nobody looks at is asked for again when somebody does.
  const isShown = (): boolean => shell.navigation.place().screen === 'accounts';
  let isStale = false;
  const follow = (): void => {
    isStale = !isShown();
    if (!isStale) refreshing ??= setTimeout(refresh, Math.max(0, refreshedAt + REFRESH_MS - performance.now()));
  };
  const stops = [
    shell.live.rosterVersion.subscribe(follow),
    shell.navigation.history.subscribe(() => {
      if (isStale && isShown()) follow();
    }),
  ];

  const set = (change: Partial<AccountsView>): void => view.update((state) => ({ ...state, ...change }));
  const requery = (change: Partial<AccountsView>): void => {
    set({ ...change, anchor: null });
    const { filter, states, sort, plugin } = view.get();
    // Marks over "all that the filter finds" end with the filter; single ones stay.
    if (view.get().marks.kind === 'all') set({ marks: NO_MARKS });
    roster.setQuery({ where: whereOf(filter, states), sort, ...(plugin === undefined ? {} : { plugin }) });
  };
  const next = <T>(list: readonly T[], value: T): T => list[(list.indexOf(value) + 1) % list.length] as T;

  const fetchRange = async (first: number, last: number): Promise<Account[]> => {
    const query = queryOf(roster.view.get().query);
    const found: Account[] = [];
    for (let offset = first; offset <= last; offset += RANGE_PIECE) {
      const limit = Math.min(RANGE_PIECE, last - offset + 1);
      const answer = await shell.client.call('listAccounts', { query: { offset, limit, ...query } });
      found.push(...answer.accounts);
    }
    return found;
  };

  const endRange = (anchor: number): void => {
    const { cursor } = roster.view.get();
    const first = Math.min(anchor, cursor);
    const last = Math.max(anchor, cursor);
    set({ anchor: null });
    if (last - first >= LONGEST_RANGE) {
      shell.notices.say('A range has at most 100 000 accounts; a marks everything that the filter finds.', 'warn');
      return;
    }
    shell.attempt(
      fetchRange(first, last).then((accounts) => view.update((state) => ({ ...state, marks: addMarks(state.marks, accounts) }))),
    );
  };

  return {
    roster,
    view,
    proxies: proxies.names,
    chosen: () => chosen(view.get().marks, roster.current()),
    columnShift: () => (needsBrackets(view.get().filter, STATE_TERMS[view.get().states]) ? 1 : 0),
    setFilter: (filter) => requery({ filter }),
    showPlugin: (plugin) => requery({ plugin, filter: '', states: 'all' }),
    startFilter: () => set({ editing: editAll(view.get().filter) }),
    typeFilter(key) {
      const { editing } = view.get();
      if (editing === null) return false;
      if (key.name === 'enter') {
        set({ editing: null });
        if (editing.text !== view.get().filter) requery({ filter: editing.text });
      } else if (key.name === 'esc') set({ editing: null });
      else set({ editing: edit(editing, key) ?? editing });
      return true;
    },
    cycleStates: () => requery({ states: next(STATE_FILTERS, view.get().states) }),
    cycleSort: () => requery({ sort: next<string>(SORTS, view.get().sort) }),
    toggleDetail: () => set({ listOnly: !view.get().listOnly }),
    toggleColumn: (title) => {
      const hidden = new Set(view.get().hidden);
      if (!hidden.delete(title)) hidden.add(title);
      set({ hidden });
    },
    mark() {
      const { marks, anchor } = view.get();
      if (anchor !== null) return endRange(anchor);
      if (marks.kind === 'all') {
        shell.notices.say('Everything the filter finds is marked. u unmarks; or narrow the filter.', 'warn');
        return;
      }
      const account = roster.current();
      if (!account) return;
      set({ marks: toggleMark(marks, account) });
      roster.move(1);
    },
    range() {
      const { anchor } = view.get();
      if (anchor === null) set({ anchor: roster.view.get().cursor });
      else endRange(anchor);
    },
    markAll() {
      const { query, total } = roster.view.get();
      if (total > 0) set({ marks: { kind: 'all', query, count: total }, anchor: null });
    },
    unmark() {
      if (countMarks(view.get().marks) > 0 || view.get().anchor !== null) set({ marks: NO_MARKS, anchor: null });
    },
    close() {
      clearTimeout(refreshing);
      for (const stop of stops) stop();
      proxies.close();
      roster.close();
    },
  };
}
