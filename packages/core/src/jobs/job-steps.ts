/** More names than this are no names of steps, but texts that change: then none is told. */
const MOST = 12;
/** The newest of each, which tell how it goes now. */
const KEPT = 128;

/** A note has its detail after this: `opening the form · mad-3`. */
const DETAIL = ' · ';

export interface StepFigure {
  readonly name: string;
  /** Tasks that have passed it. */
  readonly count: number;
  readonly medianMs: number;
}

/** What a task says of itself: so many of its parts are done, and what it does now. */
export interface Shown {
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

/** How long the tasks of a job take for each step that they name with their progress. */
export interface JobSteps {
  passed(step: Shown, ms: number): void;
  /** In the order of the work; empty where the notes are no names. */
  list(): readonly StepFigure[];
}

interface Step {
  readonly name: string;
  first: number;
  count: number;
  readonly times: number[];
}

/** Whether somebody is on the way with it: what all is done has no step any more. */
const isStep = ({ done, total, note }: Shown): boolean => note !== '' && total > 0 && done < total;

const median = (times: readonly number[]): number => {
  const sorted = times.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  return sorted.length % 2 === 1 ? upper : Math.round((upper + (sorted[(sorted.length >> 1) - 1] ?? 0)) / 2);
};

export function createSteps(): JobSteps {
  const steps = new Map<string, Step>();
  return {
    passed(shown, ms) {
      if (!isStep(shown) || steps.size > MOST) return;
      const [name = ''] = shown.note.split(DETAIL);
      const step = steps.get(name) ?? { name, first: shown.done, count: 0, times: [] };
      steps.set(name, step);
      step.first = Math.min(step.first, shown.done);
      step.times[step.count % KEPT] = ms;
      step.count += 1;
    },
    list() {
      if (steps.size > MOST) return [];
      return [...steps.values()]
        .toSorted((a, b) => a.first - b.first)
        .map(({ name, count, times }) => ({ name, count, medianMs: median(times) }));
    },
  };
}
