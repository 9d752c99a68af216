import type { AccountState, PluginInfo, Tally } from '@muster/api';

export interface Provider {
  readonly id: string;
  readonly title: string;
  /** Why it did not load. */
  readonly reason: string | null;
  readonly counts: Readonly<Partial<Record<AccountState, number>>>;
  readonly total: number;
}

/** Plugins with their accounts; accounts of a plugin that is gone are shown too. */
export function providersOf(plugins: readonly PluginInfo[], tally: Tally): Provider[] {
  const known = plugins.map(({ id, title, reason }) => ({ id, title, reason }));
  const gone = [...new Set(tally.map(({ plugin }) => plugin))]
    .filter((id) => !known.some((plugin) => plugin.id === id))
    .map((id) => ({ id, title: id, reason: 'no such plugin is loaded' }));
  return [...known, ...gone].map(({ id, title, reason }) => {
    const own = tally.filter((entry) => entry.plugin === id);
    const counts = Object.fromEntries(own.map(({ state, count }) => [state, count]));
    return { id, title, reason, counts, total: own.reduce((sum, { count }) => sum + count, 0) };
  });
}
