import type { Session, SessionChallenge, SessionRow } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';
import { needsPerson } from './session-looks.ts';

const FILTERS = ['open', 'needs you', 'all'] as const;
export type SessionFilter = (typeof FILTERS)[number];

export interface SessionsView {
  readonly filter: SessionFilter;
  /** The session under the pointer: it stays there when rows move. */
  readonly account: string | undefined;
  /** With its history. */
  readonly detail: Session | null;
  readonly challenge: (SessionChallenge & { readonly account: string }) | null;
  /** The code has the whole width. */
  readonly big: boolean;
}

export interface SessionsModel {
  readonly view: Store<SessionsView>;
  readonly rows: () => readonly SessionRow[];
  readonly cursor: () => number;
  readonly current: () => SessionRow | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly select: (account: string) => void;
  /** The next one that a person has something to do for; false when there is no other. */
  readonly nextWaiting: () => boolean;
  readonly cycleFilter: () => void;
  readonly toggleBig: () => void;
  readonly refresh: () => void;
  readonly close: () => void;
}

/** The rows are what the host says by itself; history and code are asked for, for the one under the pointer. */
export function createSessionsModel(shell: Shell): SessionsModel {
  const { client, live, navigation } = shell;
  const view = createStore<SessionsView>({ filter: 'open', account: undefined, detail: null, challenge: null, big: false });
  let shown = '';
  let asking: AbortController | undefined;

  const rows = (): readonly SessionRow[] => {
    const all = live.sessions.get()?.sessions ?? [];
    const { filter } = view.get();
    if (filter === 'all') return all;
    return all.filter((row) => (filter === 'open' ? row.open : row.open && row.state === 'needs-operator'));
  };
  const cursor = (): number =>
    Math.max(
      0,
      rows().findIndex(({ account }) => account === view.get().account),
    );
  const current = (): SessionRow | undefined => rows()[cursor()];

  /** Asks for what belongs to the one under the pointer, when that or its state has changed. */
  function follow(): void {
    const row = current();
    if (navigation.place().screen !== 'sessions') return;
    const key = row ? JSON.stringify([row.account, row.state, row.status, row.why, row.since, row.challenge?.shownAt]) : '';
    if (key === shown) return;
    shown = key;
    asking?.abort();
    const { signal } = (asking = new AbortController());
    view.update((before) => ({
      ...before,
      detail: before.detail?.account === row?.account ? before.detail : null,
      challenge: row?.challenge && before.challenge?.account === row.account ? before.challenge : null,
    }));
    if (!row) return;
    void ask(row, signal);
  }

  async function ask(row: SessionRow, signal: AbortSignal): Promise<void> {
    const params = { account: row.account };
    const [detail, challenge] = await Promise.allSettled([
      client.call('getSession', { params }, signal),
      row.challenge ? client.call('sessionChallenge', { params }, signal) : null,
    ]);
    if (signal.aborted) return;
    view.update((before) => ({
      ...before,
      ...(detail.status === 'fulfilled' && { detail: detail.value }),
      ...(challenge.status === 'fulfilled' && challenge.value && { challenge: { ...challenge.value, ...params } }),
    }));
    for (const answer of [detail, challenge]) {
      if (answer.status === 'fulfilled' || isHostGone(answer.reason)) continue;
      // A code that was scanned meanwhile is no problem.
      if ((answer.reason as { code?: unknown }).code !== 'NOT_FOUND') shell.notices.problem(answer.reason);
    }
  }

  const select = (account: string | undefined): void => {
    if (account !== view.get().account) view.update((before) => ({ ...before, account }));
    follow();
  };
  const moveTo = (index: number): void => select(rows()[clamp(index, 0, Math.max(0, rows().length - 1))]?.account);
  /** The pointer gets onto a row as soon as there is one, and off one that is gone. */
  const keepInside = (): void => {
    if (rows().some(({ account }) => account === view.get().account)) return follow();
    select(rows()[0]?.account);
  };
  /** Opened from elsewhere with an account in mind: shown whatever the filter is. */
  const enterAt = (account: string): void => {
    const all = live.sessions.get()?.sessions ?? [];
    if (!all.some((row) => row.account === account)) return;
    const filter = rows().some((row) => row.account === account) ? view.get().filter : 'all';
    view.update((before) => ({ ...before, filter, account }));
  };
  const stop = live.sessions.subscribe(keepInside);

  return {
    view,
    rows,
    cursor,
    current,
    move: (count) => moveTo(cursor() + count),
    moveTo,
    select(account) {
      if (!rows().some((row) => row.account === account)) view.update((before) => ({ ...before, filter: 'all' }));
      select(account);
    },
    nextWaiting() {
      const all = rows();
      const turned = [...all.slice(cursor() + 1), ...all.slice(0, cursor())];
      const next = turned.find(needsPerson);
      if (next) select(next.account);
      return next !== undefined;
    },
    cycleFilter() {
      const at = FILTERS.indexOf(view.get().filter);
      view.update((before) => ({ ...before, filter: FILTERS[(at + 1) % FILTERS.length] ?? 'open' }));
      keepInside();
    },
    toggleBig: () => view.update((before) => ({ ...before, big: !before.big })),
    refresh() {
      shown = '';
      const { screen, item } = navigation.place();
      if (screen === 'sessions' && item !== undefined) enterAt(item);
      keepInside();
    },
    close() {
      stop();
      asking?.abort();
    },
  };
}
