import type { Account, MusterEvent } from '@muster/api';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { RosterWindow } from './roster-window.ts';

/** The pointer rests this long on an account before the panel beside the list turns to it: keys held down draw the list only. */
const REST_MS = 90;
/** The history is asked for anew at most this often while accounts change. */
const AGAIN_MS = 1_000;
/** The panel waits so long for the history, to be drawn once and not twice. */
const HISTORY_WAIT_MS = 150;
const SECRET_SHOWN_MS = 5_000;
const HISTORY_SHORT = 20;
const HISTORY_LONG = 500;

export interface DetailView {
  /** The one that is shown: the pointer may have moved on a moment ago. */
  readonly account: Account | undefined;
  /** Newest first. */
  readonly history: readonly MusterEvent[];
  readonly whole: boolean;
  readonly revealed: Readonly<Record<string, string>>;
}

export interface DetailModel {
  readonly view: Store<DetailView>;
  /** Shows the secrets of an account for five seconds; the host writes down who looked. */
  readonly reveal: (account: Account) => Promise<void>;
  readonly hide: () => void;
  /** All that is known of it, or the last few lines. */
  readonly toggleWhole: () => void;
  readonly close: () => void;
}

const EMPTY: DetailView = { account: undefined, history: [], whole: false, revealed: {} };

const sameEvents = (a: readonly MusterEvent[], b: readonly MusterEvent[]): boolean =>
  a.length === b.length && a.every(({ seq }, index) => seq === b[index]?.seq);

export function createDetailModel(shell: Shell, roster: RosterWindow): DetailModel {
  const view = createStore<DetailView>(EMPTY);
  let rest: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;
  let hideTimer: NodeJS.Timeout | undefined;
  let stop = new AbortController();

  const load = async (account: Account): Promise<void> => {
    stop.abort();
    clearTimeout(late);
    const { signal } = (stop = new AbortController());
    const limit = view.get().whole ? HISTORY_LONG : HISTORY_SHORT;
    const show = (history: readonly MusterEvent[]): void => {
      clearTimeout(late);
      const now = roster.current();
      view.update((state) => {
        const shown = now?.id === account.id ? now : account;
        return shown === state.account && sameEvents(history, state.history) ? state : { ...state, account: shown, history };
      });
    };
    if (view.get().account?.id !== account.id) late = setTimeout(show, HISTORY_WAIT_MS, []);
    try {
      const history = await shell.client.call('queryEvents', { query: { account: account.id, limit } }, signal);
      if (!signal.aborted) show(history.toSorted((a, b) => b.seq - a.seq));
    } catch (thrown) {
      if (!signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
    }
  };
  const hide = (): void => {
    clearTimeout(hideTimer);
    if (Object.keys(view.get().revealed).length > 0) view.update((state) => ({ ...state, revealed: {} }));
  };
  const settle = (ms = REST_MS): void => {
    clearTimeout(rest);
    rest = setTimeout(() => {
      rest = undefined;
      const account = roster.current();
      if (account === undefined) view.update((state) => ({ ...state, account, history: [] }));
      else void load(account);
    }, ms);
  };
  let last: string | undefined;
  const follow = (): void => {
    const account = roster.current();
    const { account: shown } = view.get();
    // The same account with other values, or the first of all, is shown at once.
    if (account !== shown && (shown === undefined || account?.id === shown.id)) view.update((state) => ({ ...state, account }));
    if (account?.id === last) return;
    last = account?.id;
    hide();
    stop.abort();
    clearTimeout(late);
    settle();
  };
  const isShown = (): boolean => shell.navigation.place().screen === 'accounts';
  let isStale = false;
  const again = (): void => {
    isStale = !isShown();
    // Under work the roster changes at every beat: its history follows more calmly.
    if (!isStale && shell.live.link.get().kind === 'live' && rest === undefined) settle(AGAIN_MS);
  };
  const stops = [
    roster.view.subscribe(follow),
    shell.live.rosterVersion.subscribe(again),
    shell.navigation.history.subscribe(() => {
      if (isStale && isShown()) again();
    }),
  ];

  return {
    view,
    async reveal(account) {
      const values: Record<string, string> = {};
      for (const field of account.secretFields) {
        const { value } = await shell.client.call('revealSecret', { params: { id: account.id }, body: { field } });
        if (value !== null) values[field] = value;
      }
      // The pointer may have moved on while the host opened them.
      if (roster.current()?.id !== account.id) return;
      view.update((state) => ({ ...state, revealed: values }));
      clearTimeout(hideTimer);
      hideTimer = setTimeout(hide, SECRET_SHOWN_MS);
    },
    hide,
    toggleWhole() {
      view.update((state) => ({ ...state, whole: !state.whole }));
      settle();
    },
    close() {
      clearTimeout(rest);
      clearTimeout(late);
      clearTimeout(hideTimer);
      stop.abort();
      for (const one of stops) one();
    },
  };
}
