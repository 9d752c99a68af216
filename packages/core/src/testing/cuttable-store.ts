import type { Store } from '../ports/store.ts';

export interface Cuttable {
  readonly store: Store;
  /** As when its process is killed after so many more calls: the last is done but not answered, and nothing is done after it. */
  cut(after?: number): void;
}

export function cuttable(store: Store): Cuttable {
  let left = Infinity;
  const never = new Promise<never>(() => undefined);
  const guarded = new Proxy(store, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (left <= 0) return never;
        left -= 1;
        const answer = (value as (...args: unknown[]) => unknown).apply(target, args);
        if (left > 0) return answer;
        if (answer instanceof Promise) answer.catch(() => undefined);
        return never;
      };
    },
  });
  return {
    store: guarded,
    cut: (after = 0) => {
      left = after;
    },
  };
}
