import { clamp } from '@muster/sdk/ui';
import type { Readable, Store } from './store.ts';

/**
 * Keeps the pointer on its row when rows come and go above it: a key must not hit another one than the one that was read. When the row
 * itself goes, the pointer stays in its place. Returns what ends it.
 */
export function followRow<Row extends { readonly id: string }, State extends { readonly cursor: number }>(
  rows: Readable<readonly Row[]>,
  state: Store<State>,
): () => void {
  let id: string | undefined;
  const look = (): void => {
    id = rows.get()[state.get().cursor]?.id;
  };
  const follow = (): void => {
    const list = rows.get();
    const found = list.findIndex((row) => row.id === id);
    const cursor = found >= 0 ? found : clamp(state.get().cursor, 0, Math.max(0, list.length - 1));
    if (cursor !== state.get().cursor) state.update((value) => ({ ...value, cursor }));
    look();
  };
  look();
  const stops = [rows.subscribe(follow), state.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
}
