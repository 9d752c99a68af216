import { createStore, type Store } from './store.ts';

export type ScreenId =
  | 'home'
  | 'accounts'
  | 'jobs'
  | 'sessions'
  | 'pool'
  | 'gateway'
  | 'views'
  | 'proxies'
  | 'inbox'
  | 'logs'
  | 'plugins'
  | 'hooks'
  | 'settings'
  | 'help';

/** Where the operator is: a screen, and the thing opened in it. */
export interface Place {
  readonly screen: ScreenId;
  readonly item?: string;
}

interface History {
  readonly place: Place;
  readonly before: readonly Place[];
  readonly after: readonly Place[];
}

const KEPT = 50;
const same = (a: Place, b: Place): boolean => a.screen === b.screen && a.item === b.item;

export interface Navigation {
  readonly history: Store<History>;
  readonly place: () => Place;
  readonly go: (place: Place) => void;
  /** One back in the history; false at its start. */
  readonly back: () => boolean;
  readonly forward: () => boolean;
}

export function createNavigation(start: Place): Navigation {
  const history = createStore<History>({ place: start, before: [], after: [] });
  return {
    history,
    place: () => history.get().place,
    go(place) {
      const { place: here, before } = history.get();
      if (!same(here, place)) history.set({ place, before: [...before, here].slice(-KEPT), after: [] });
    },
    back() {
      const { place, before, after } = history.get();
      const previous = before.at(-1);
      if (previous === undefined) return false;
      history.set({ place: previous, before: before.slice(0, -1), after: [place, ...after] });
      return true;
    },
    forward() {
      const { place, before, after } = history.get();
      const next = after[0];
      if (next === undefined) return false;
      history.set({ place: next, before: [...before, place], after: after.slice(1) });
      return true;
    },
  };
}
