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
const LONGEST_MS = 15_000;

export interface Notices {
  readonly current: Store<Notice | null>;
  readonly say: (text: string, tone?: Tone) => void;
  /** Shows what went wrong: the message of an error says what to do. */
  readonly problem: (thrown: unknown) => void;
  /** A key was pressed: what has been read may go. */
  readonly settle: () => void;
  /** Takes away what has been there long enough without any key. */
  readonly expire: () => void;
}

export function createNotices(now: () => number): Notices {
  const current = createStore<Notice | null>(null);
  const say = (text: string, tone: Tone = 'plain'): void => current.set({ text, tone, at: now() });
  const endAfter = (ms: number) => (): void => {
    const notice = current.get();
    if (notice && now() - notice.at > ms) current.set(null);
  };
  return {
    current,
    say,
    problem: (thrown) => say(messageOf(thrown), 'bad'),
    settle: endAfter(STAYS_MS),
    expire: endAfter(LONGEST_MS),
  };
}
