import { createStore, type Store } from './store.ts';

export interface Undoable {
  /** What it takes back: `pause of 3 accounts`. */
  readonly title: string;
  readonly run: () => Promise<string>;
}

const KEPT = 20;

/** What was done and can be taken back, the last first. */
export interface Undo {
  readonly last: Store<Undoable | undefined>;
  readonly push: (step: Undoable) => void;
  /** Takes back the last; answers with what to tell. A step that fails can be tried again. */
  readonly take: () => Promise<string>;
}

export function createUndo(): Undo {
  let steps: readonly Undoable[] = [];
  const last = createStore<Undoable | undefined>(undefined);
  const set = (next: readonly Undoable[]): void => {
    steps = next;
    last.set(next.at(-1));
  };
  return {
    last,
    push: (step) => set([...steps, step].slice(-KEPT)),
    async take() {
      const step = steps.at(-1);
      if (step === undefined) return 'There is nothing to undo.';
      set(steps.slice(0, -1));
      try {
        return await step.run();
      } catch (thrown) {
        set([...steps, step]);
        throw thrown;
      }
    },
  };
}
