import { MusterError } from '@muster/sdk';
import type { Checker } from './checker.ts';

interface Waits {
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

const TRIES = 4;
const FIRST_WAIT_MS = 1_000;
/** A service that asks for a longer pause than this ends the allocation; accounts are not kept waiting for it. */
const LONGEST_WAIT_MS = 120_000;

/** Asks again when the checker cannot answer just now: three more times, with growing pauses or as long as it asks for. */
export function createPatientChecker(checker: Checker, { sleep, random }: Waits): Checker {
  return {
    async check(subject, signal) {
      for (let tries = 1; ; tries++) {
        try {
          return await checker.check(subject, signal);
        } catch (thrown) {
          if (!(thrown instanceof MusterError) || thrown.remedy !== 'retry' || tries >= TRIES) throw thrown;
          const wait = thrown.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + random());
          if (wait > LONGEST_WAIT_MS) throw thrown;
          await sleep(wait);
        }
      }
    },
  };
}
