import type { Account, Forecast, PluginInfo, PoolStats } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { messageOf } from '../../state/message-of.ts';
import { createStore, type Store } from '../../state/store.ts';

const MOST_NEXT = 200;
/** The figures follow the roster, at most so often. */
const REFRESH_MS = 1_000;

export interface ForecastWanted {
  readonly count: number;
  readonly minRank?: number;
  readonly maxRank?: number;
}

export interface PoolView {
  /** The plugin whose pool is shown. */
  readonly plugin: string | null;
  readonly stats: PoolStats | null;
  /** The head of the circle. */
  readonly next: readonly Account[];
  readonly wanted: ForecastWanted;
  readonly forecast: Forecast | null;
  readonly cursor: number;
  readonly problem: string;
}

export interface PoolModel {
  readonly view: Store<PoolView>;
  readonly plugin: () => PluginInfo | undefined;
  readonly current: () => Account | undefined;
  readonly move: (rows: number) => void;
  readonly moveTo: (index: number) => void;
  readonly nextPlugin: () => void;
  readonly askForecast: (wanted: ForecastWanted) => Promise<void>;
  readonly refresh: () => void;
  readonly close: () => void;
}

export function createPoolModel(shell: Shell): PoolModel {
  const { client, live, navigation } = shell;
  const view = createStore<PoolView>({
    plugin: null,
    stats: null,
    next: [],
    wanted: { count: 400 },
    forecast: null,
    cursor: 0,
    problem: '',
  });
  let asking: AbortController | undefined;
  let waiting: NodeJS.Timeout | undefined;

  const pools = (): PluginInfo[] => live.plugins.get().filter(({ state }) => state === 'loaded');
  /** One that selects by a rank says most here. */
  const chosen = (): string | undefined => {
    const { plugin } = view.get();
    const all = pools();
    return (all.find(({ id }) => id === plugin) ?? all.find(({ rank }) => rank !== null) ?? all[0])?.id;
  };
  const isShown = (): boolean => navigation.place().screen === 'pool';

  async function fetchAll(plugin: string, signal: AbortSignal): Promise<void> {
    const { wanted } = view.get();
    const params = { plugin };
    const query = { plugin, where: 'state:ready', sort: 'order', limit: MOST_NEXT };
    const [stats, { accounts }, forecast] = await Promise.all([
      client.call('getPool', { params }, signal),
      client.call('listAccounts', { query }, signal),
      client.call('forecastPool', { params, query: { ...wanted } }, signal),
    ]);
    if (signal.aborted) return;
    view.update((before) => {
      const cursor = clamp(before.cursor, 0, Math.max(0, accounts.length - 1));
      return { ...before, plugin, stats, next: accounts, forecast, problem: '', cursor };
    });
  }
  function refresh(): void {
    clearTimeout(waiting);
    waiting = undefined;
    const plugin = chosen();
    asking?.abort();
    if (plugin === undefined || !isShown()) return;
    const mine = new AbortController();
    asking = mine;
    fetchAll(plugin, mine.signal).catch((thrown: unknown) => {
      if (!mine.signal.aborted) view.update((before) => ({ ...before, problem: messageOf(thrown) }));
    });
  }
  const soon = (): void => {
    if (isShown()) waiting ??= setTimeout(refresh, REFRESH_MS).unref();
  };
  const stops = [live.tally.subscribe(soon), live.plugins.subscribe(soon)];
  const moveTo = (index: number): void =>
    view.update((before) => ({ ...before, cursor: clamp(index, 0, Math.max(0, before.next.length - 1)) }));

  return {
    view,
    plugin: () => pools().find(({ id }) => id === chosen()),
    current: () => view.get().next[view.get().cursor],
    move: (rows) => moveTo(view.get().cursor + rows),
    moveTo,
    nextPlugin() {
      const ids = pools().map(({ id }) => id);
      const at = ids.indexOf(chosen() ?? '');
      view.update((before) => ({ ...before, plugin: ids[(at + 1) % Math.max(1, ids.length)] ?? null, cursor: 0 }));
      refresh();
    },
    async askForecast(wanted) {
      const plugin = chosen();
      if (plugin === undefined) return;
      const forecast = await client.call('forecastPool', { params: { plugin }, query: { ...wanted } });
      view.update((before) => ({ ...before, wanted, forecast }));
    },
    refresh,
    close() {
      asking?.abort();
      clearTimeout(waiting);
      for (const stop of stops) stop();
    },
  };
}
