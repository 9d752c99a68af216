import { MusterError } from '@muster/sdk';
import type { Clock } from '../ports/clock.ts';

const FREE_TRIES = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/** Makes who guesses wait: after three wrong tries a second, then twice as long each time, up to five minutes. */
export interface UnlockBackoff {
  /** VAULT_LOCKED with `retryAfterMs` while one has to wait. */
  check(): void;
  /** The error to throw after a wrong try. */
  wrong(): MusterError;
  right(): void;
}

export const createUnlockBackoff = (clock: Clock): UnlockBackoff => {
  let failures = 0;
  let notBefore = 0;
  return {
    check() {
      const retryAfterMs = notBefore - clock.now();
      if (retryAfterMs <= 0) return;
      const message = `Too many wrong tries to unlock the vault. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
      throw new MusterError('VAULT_LOCKED', message, { retryAfterMs });
    },
    wrong() {
      failures += 1;
      const wait = failures < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_TRIES));
      notBefore = clock.now() + wait;
      return new MusterError(
        'VAULT_LOCKED',
        'That passphrase or key does not open the vault.',
        wait > 0 ? { retryAfterMs: wait } : {},
      );
    },
    right() {
      failures = 0;
      notBefore = 0;
    },
  };
};
