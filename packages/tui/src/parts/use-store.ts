import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { PaintGate } from '../state/paint-gate.ts';
import type { Readable } from '../state/store.ts';

const ungated: PaintGate = { request: (draw) => draw(), close: () => {} };
export const GateContext = createContext<PaintGate>(ungated);

/** A store's value; the component is drawn again when it changes and the terminal keeps up. */
export function useStore<T>(store: Readable<T>): T {
  const gate = useContext(GateContext);
  const subscribe = useCallback((draw: () => void) => store.subscribe(() => gate.request(draw)), [store, gate]);
  return useSyncExternalStore(subscribe, store.get);
}

/** Draws again when any of the stores changes. The list must be the same one each time. */
export function useStores(stores: readonly Readable<unknown>[]): void {
  const gate = useContext(GateContext);
  const subscribe = useCallback(
    (draw: () => void) => {
      const stops = stores.map((store) => store.subscribe(() => gate.request(draw)));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [stores, gate],
  );
  const versionOf = useCallback(() => snapshot(stores), [stores]);
  useSyncExternalStore(subscribe, versionOf);
}

const seen = new WeakMap<readonly Readable<unknown>[], { values: unknown[]; version: number }>();
/** A number that changes when one of the values does. */
function snapshot(stores: readonly Readable<unknown>[]): number {
  const values = stores.map((store) => store.get());
  const last = seen.get(stores);
  if (last && values.every((value, index) => Object.is(value, last.values[index]))) return last.version;
  const version = (last?.version ?? 0) + 1;
  seen.set(stores, { values, version });
  return version;
}
