import type { Account, MusterEvent } from '@muster/api';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { RosterWindow } from './roster-window.ts';

/** The pointer rests this long on an account before its history is asked for. */
const REST_MS = 150;
const SECRET_SHOWN_MS = 5_000;
const HISTORY_SHORT = 20;
const HISTORY_LONG = 500;

export interface DetailView {
  readonly account: string | undefined;
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

export function createDetailModel(shell: Shell, roster: RosterWindow): DetailModel {
  const view = createStore<DetailView>(EMPTY);
  let rest: NodeJS.Timeout | undefined;
  let hideTimer: NodeJS.Timeout | undefined;
  let stop = new AbortController();

  const load = async (id: string): Promise<void> => {
    stop.abort();
    const { signal } = (stop = new AbortController());
    const limit = view.get().whole ? HISTORY_LONG : HISTORY_SHORT;
    try {
      const history = await shell.client.call('queryEvents', { query: { account: id, limit } }, signal);
      if (!signal.aborted) view.update((state) => ({ ...state, history: history.toSorted((a, b) => b.seq - a.seq) }));
    } catch (thrown) {
      if (!signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
    }
  };
  const hide = (): void => {
    clearTimeout(hideTimer);
    if (Object.keys(view.get().revealed).length > 0) view.update((state) => ({ ...state, revealed: {} }));
  };
  const follow = (): void => {
    const account = roster.current()?.id;
    if (account === view.get().account) return;
    hide();
    clearTimeout(rest);
    stop.abort();
    view.update((state) => ({ ...state, account, history: [] }));
    if (account !== undefined) rest = setTimeout(() => void load(account), REST_MS);
  };
  const again = (): void => {
    const { account } = view.get();
    if (account === undefined || shell.live.link.get().kind !== 'live') return;
    clearTimeout(rest);
    rest = setTimeout(() => void load(account), REST_MS);
  };
  const stops = [roster.view.subscribe(follow), shell.live.rosterVersion.subscribe(again)];

  return {
    view,
    async reveal(account) {
      const values: Record<string, string> = {};
      for (const field of account.secretFields) {
        const { value } = await shell.client.call('revealSecret', { params: { id: account.id }, body: { field } });
        if (value !== null) values[field] = value;
      }
      // The pointer may have moved on while the host opened them.
      if (view.get().account !== account.id) return;
      view.update((state) => ({ ...state, revealed: values }));
      clearTimeout(hideTimer);
      hideTimer = setTimeout(hide, SECRET_SHOWN_MS);
    },
    hide,
    toggleWhole() {
      view.update((state) => ({ ...state, whole: !state.whole }));
      again();
    },
    close() {
      clearTimeout(rest);
      clearTimeout(hideTimer);
      stop.abort();
      for (const one of stops) one();
    },
  };
}
