import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { RosterWindow } from './roster-window.ts';

export interface ProxyNames {
  /** Whether there is any proxy: without one nothing is asked for, and no column is shown. */
  readonly any: boolean;
  /** Labels by id of the account; those that have none are missing. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Keys held down scroll through many rows: what is asked for are those on which the list comes to rest. */
const REST_MS = 120;
/** Proxies change at every check of one: they are asked for anew at most this often. */
const AGAIN_MS = 1_000;
/** Under work accounts move from one proxy to another: labels are this old at most. */
const FRESH_MS = 5_000;

/** The proxies of the accounts in view. */
export function createProxyNames(shell: Shell, roster: RosterWindow): { readonly names: Store<ProxyNames>; close(): void } {
  const { client, live, navigation } = shell;
  const names = createStore<ProxyNames>({ any: false, labels: new Map() });
  const stop = new AbortController();
  let rest: NodeJS.Timeout | undefined;
  let isStale = true;
  let asked = { ids: '', at: Number.NEGATIVE_INFINITY };

  const askLabels = async (): Promise<void> => {
    const { top, height } = roster.view.get();
    const ids = Array.from({ length: height }, (_, at) => roster.row(top + at)?.id).filter((id) => id !== undefined);
    const now = performance.now();
    if (ids.length === 0 || (asked.ids === ids.join() && now - asked.at < FRESH_MS)) return;
    asked = { ids: ids.join(), at: now };
    const { labels } = await client.call('proxiesOfAccounts', { body: { accounts: ids } }, stop.signal);
    names.update(({ any }) => ({ any, labels: new Map(Object.entries(labels)) }));
  };
  const ask = async (): Promise<void> => {
    if (isStale) {
      isStale = false;
      asked = { ids: '', at: performance.now() };
      const { total } = await client.call('listProxies', { query: { limit: 1 } }, stop.signal);
      if (total > 0 !== names.get().any) names.update(({ labels }) => ({ any: total > 0, labels }));
    }
    if (names.get().any) await askLabels();
  };
  const follow = (): void => {
    if (!isStale && !names.get().any) return;
    if (navigation.place().screen !== 'accounts' || live.link.get().kind !== 'live') return;
    const wait = isStale ? asked.at + AGAIN_MS - performance.now() : 0;
    rest ??= setTimeout(
      () => {
        rest = undefined;
        ask().catch((thrown: unknown) => {
          if (!stop.signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
        });
      },
      Math.max(REST_MS, wait),
    );
  };
  const stops = [
    roster.view.subscribe(follow),
    navigation.history.subscribe(follow),
    live.link.subscribe(follow),
    live.listVersions.subscribe(() => {
      isStale = true;
      follow();
    }),
  ];

  return {
    names,
    close() {
      clearTimeout(rest);
      stop.abort();
      for (const one of stops) one();
    },
  };
}
