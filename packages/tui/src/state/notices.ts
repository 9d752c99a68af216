import type { Tone } from '@muster/sdk/ui';
import { messageOf } from './message-of.ts';
import { createStore, type Store } from './store.ts';

export interface Notice {
  readonly text: string;
  readonly tone: Tone;
  readonly at: number;
}

/** At least so long a notice stays, even while keys are pressed. */
const STAYS_MS = 1_500;

export interface Notices {
  readonly current: Store<Notice | null>;
  readonly say: (text: string, tone?: Tone) => void;
  /** Shows what went wrong: the message of an error says what to do. */
  readonly problem: (thrown: unknown) => void;
  /** A key was pressed: what has been read may go. */
  readonly settle: () => void;
}

export function createNotices(now: () => number): Notices {
  const current = createStore<Notice | null>(null);
  const say = (text: string, tone: Tone = 'plain'): void => current.set({ text, tone, at: now() });
  return {
    current,
    say,
    problem: (thrown) => say(messageOf(thrown), 'bad'),
    settle() {
      const notice = current.get();
      if (notice && now() - notice.at > STAYS_MS) current.set(null);
    },
  };
}
