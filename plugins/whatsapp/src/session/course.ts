import type { WhatsAppState } from '../machine/states.ts';
import { next, type Happening } from '../machine/transitions.ts';
import type { Teller } from './teller.ts';

/** A code is told of in its turn, an end when the browser is gone. */
const TOLD_LATER: ReadonlySet<WhatsAppState> = new Set([
  'needs-scan',
  'conflict',
  'scan',
  'pairing-code',
  'stopped',
  'failed',
  'logged-out',
]);

export interface CourseOptions {
  readonly teller: Teller;
  /** No code is to be shown in the state that it is in now. */
  readonly noCodes: () => void;
}

/** Where a session is: it moves as the machine says and in no other way, and tells each move. */
export class Course {
  /** An operator logged it out: it is not wanted any more, whatever its state says. */
  loggingOut = false;
  readonly #options: CourseOptions;
  #state: WhatsAppState = 'stopped';

  constructor(options: CourseOptions) {
    this.#options = options;
  }

  get state(): WhatsAppState {
    return this.#state;
  }

  /** Not linked, and showing so. */
  get shows(): boolean {
    return this.#state === 'scan' || this.#state === 'pairing-code';
  }

  /** False when it means nothing in this state. */
  apply(on: Happening, why?: string): boolean {
    const to = next(this.#state, on);
    if (to === undefined) return false;
    const before = this.#state;
    this.#state = to;
    if (to !== before && !TOLD_LATER.has(to)) this.report(why);
    if (to === 'reconnecting' && before !== to) this.#options.teller.counts.reconnects += 1;
    if (!this.shows) this.#options.noCodes();
    return true;
  }

  report(why?: string): void {
    this.#options.teller.report({ state: this.#state, why, closed: this.loggingOut });
  }
}
