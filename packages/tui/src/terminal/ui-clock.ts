import { createStore, type Store } from '../state/store.ts';
import { BACKLOG_LIMIT } from './output.ts';

const PACES_MS = [250, 500, 1_000] as const;
/** So many ticks with output waiting make the pace slower; so many without make it quicker. */
const PATIENCE = 4;

export interface UiClock {
  /** Runs at each tick, until the returned function is called. Live feeds draw only then; keys do not wait for it. */
  readonly onTick: (run: () => void) => () => void;
  /** True while the line is so slow that the screen is drawn less often. */
  readonly slow: Store<boolean>;
  /** Resolves when output may be begun; at once in the ordinary case. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** The one beat of everything that moves by itself. It holds back while the terminal does not keep up. */
export function createUiClock(backlog: () => number): UiClock {
  const slow = createStore(false);
  const listeners = new Set<() => void>();
  let pace = 0;
  let score = 0;
  let timer: NodeJS.Timeout | undefined;
  const isOpen = (): boolean => backlog() < BACKLOG_LIMIT;
  const adapt = (): void => {
    score = Math.max(-PATIENCE * 4, Math.min(PATIENCE, score + (backlog() > 0 ? 1 : -1)));
    if (score >= PATIENCE && pace < PACES_MS.length - 1) {
      pace++;
      score = 0;
    } else if (score <= -PATIENCE * 4 && pace > 0) {
      pace--;
      score = 0;
    }
    slow.set(pace > 0);
  };
  const tick = (): void => {
    adapt();
    if (isOpen()) for (const run of Array.from(listeners)) run();
    timer = setTimeout(tick, PACES_MS[pace]);
  };
  timer = setTimeout(tick, PACES_MS[0]);
  return {
    onTick(run) {
      listeners.add(run);
      return () => listeners.delete(run);
    },
    slow,
    isOpen,
    close: () => clearTimeout(timer),
  };
}
