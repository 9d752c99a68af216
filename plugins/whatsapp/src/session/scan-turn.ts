import type { Challenge } from '@muster/sdk';

export interface ScanTurnOptions {
  /** Waits for the turn to ask a person; gives what ends it. */
  readonly attention: () => Promise<() => void>;
  /** New codes, when the page stopped showing any. */
  readonly askForCodes: () => Promise<void>;
  /** Shows it, or tells that it waits for its turn (null). */
  readonly show: (challenge: Challenge | null) => void;
  readonly nobodyCame: (why: string) => void;
  readonly rounds: () => number;
  readonly now: () => number;
}

/** A real first code is good for 60 s, the next ones for 20 s; a pairing code for 3 minutes. */
const FIRST_MS = 60_000;
const NEXT_MS = 20_000;
const CODE_MS = 180_000;
/** A turn that comes at once is not told as waiting. */
const WAITING_SHOWS_MS = 100;

/** One person, several sessions to be scanned: each shows its code only in its turn, and gives up after some rounds. */
export function createScanTurn(options: ScanTurnOptions) {
  const { attention, askForCodes, show, nobodyCame, rounds, now } = options;
  let turn: 'none' | 'waiting' | 'mine' = 'none';
  let release: (() => void) | undefined;
  let generation = 0;
  let challenge: Challenge | null = null;
  let idle = false;
  let used = 0;
  let seen = 0;

  const end = (): void => {
    generation += 1;
    turn = 'none';
    release?.();
    release = undefined;
    challenge = null;
    idle = false;
    used = 0;
    seen = 0;
  };
  const refresh = (): void => {
    idle = false;
    used += 1;
    void askForCodes();
  };
  const begin = (): void => {
    turn = 'waiting';
    const mine = generation;
    setTimeout(() => {
      if (mine === generation && turn === 'waiting') show(null);
    }, WAITING_SHOWS_MS).unref();
    void attention().then(
      (giveBack) => {
        if (mine !== generation) return giveBack();
        release = giveBack;
        turn = 'mine';
        // What was shown to nobody may be stale by now.
        if (idle) {
          idle = false;
          void askForCodes();
        } else if (challenge) show(challenge);
        return undefined;
      },
      () => undefined,
    );
  };
  const code = (next: Challenge): void => {
    challenge = next;
    idle = false;
    seen += 1;
    if (turn === 'none') begin();
    if (turn === 'mine') show(next);
  };
  return {
    qr(text: string): void {
      code({ kind: 'qr', text, expiresAt: now() + (seen === 0 ? FIRST_MS : NEXT_MS) });
    },
    code(text: string): void {
      if (turn === 'mine' && ++used > rounds()) return nobodyCame('nobody typed the code');
      code({ kind: 'code', text, expiresAt: now() + CODE_MS });
    },
    /** The page shows no more codes. */
    ranOut(): void {
      if (turn === 'none' || challenge?.kind === 'code') return;
      idle = true;
      if (turn === 'waiting') return;
      if (used + 1 >= rounds()) nobodyCame('nobody scanned the code');
      else refresh();
    },
    /** Linked, or gone: the next session may ask. */
    end,
  };
}
