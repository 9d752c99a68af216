import type { ProxyInfo, ProxySettings, ProxyState } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

/** More than this are found by the search of the command line. */
const MOST = 1_000;
const FILTERS = ['all', 'good', 'dead', 'unchecked', 'disabled'] as const;
export type ProxyFilter = (typeof FILTERS)[number];

export interface ProxiesView {
  readonly proxies: readonly ProxyInfo[];
  readonly total: number;
  readonly states: Readonly<Partial<Record<ProxyState, number>>>;
  readonly settings: ProxySettings | null;
  readonly filter: ProxyFilter;
  /** The one under the pointer: it stays there when rows move. */
  readonly id: string | undefined;
  readonly loaded: boolean;
}

export interface ProxiesModel {
  readonly view: Store<ProxiesView>;
  readonly cursor: () => number;
  readonly current: () => ProxyInfo | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly cycleFilter: () => void;
  readonly refresh: () => void;
  /** Those that are named, or all. Resolves with how many work of how many. */
  readonly check: (ids?: readonly string[]) => Promise<{ readonly ok: number; readonly of: number }>;
  readonly close: () => void;
}

export function createProxiesModel(shell: Shell): ProxiesModel {
  const { client, live, navigation } = shell;
  const view = createStore<ProxiesView>({
    proxies: [],
    total: 0,
    states: {},
    settings: null,
    filter: 'all',
    id: undefined,
    loaded: false,
  });
  let asking: AbortController | undefined;
  const closed = new AbortController();

  async function ask(signal: AbortSignal): Promise<void> {
    const { filter } = view.get();
    const query = { ...(filter === 'all' ? {} : { state: filter }), limit: MOST };
    const [{ proxies, total, states }, settings] = await Promise.all([
      client.call('listProxies', { query }, signal),
      client.call('getProxySettings', {}, signal),
    ]);
    if (!signal.aborted) view.update((before) => ({ ...before, proxies, total, states, settings, loaded: true }));
  }
  function refresh(): void {
    if (navigation.place().screen !== 'proxies') return;
    asking?.abort();
    const { signal } = (asking = new AbortController());
    ask(signal).catch((thrown: unknown) => {
      if (!signal.aborted && !isHostGone(thrown)) shell.notices.problem(thrown);
    });
  }
  const stop = live.listVersions.subscribe(refresh);
  const cursor = (): number => {
    const { proxies, id } = view.get();
    return Math.max(
      0,
      proxies.findIndex((proxy) => proxy.id === id),
    );
  };
  const moveTo = (index: number): void =>
    view.update((before) => {
      const at = clamp(index, 0, Math.max(0, before.proxies.length - 1));
      return { ...before, id: before.proxies[at]?.id };
    });

  return {
    view,
    cursor,
    current: () => view.get().proxies[cursor()],
    move: (rows) => moveTo(cursor() + rows),
    moveTo,
    cycleFilter() {
      view.update((before) => {
        const filter = FILTERS[(FILTERS.indexOf(before.filter) + 1) % FILTERS.length] ?? 'all';
        return { ...before, filter };
      });
      refresh();
    },
    refresh,
    async check(ids) {
      let [ok, of] = [0, 0];
      const body = ids === undefined ? {} : { ids: [...ids] };
      for await (const result of client.stream('checkProxies', { body }, { signal: closed.signal })) {
        of += 1;
        if (result.ok) ok += 1;
      }
      return { ok, of };
    },
    close() {
      stop();
      asking?.abort();
      closed.abort();
    },
  };
}
