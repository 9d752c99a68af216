import { MusterError, type Records } from '@muster/sdk';

/** What is kept of a site over a restart. */
export interface SiteState {
  /** Nobody goes there before that moment (ms since the epoch). */
  readonly pausedUntil: number;
  /** Refusals in a row: each makes the next pause longer. */
  readonly refusals: number;
  readonly why: string;
}

export interface PauseRules {
  /** The first pause; doubled with each further refusal, up to `mostMs`. */
  readonly baseMs: number;
  readonly mostMs: number;
}

/** The right to visit a site now. `refused` and `left` end it; what is said afterwards counts for nothing. */
export interface Visa {
  /** The site serves us: pauses begin short again. */
  served(): void;
  /** The site turned us away. Resolves with until when nobody goes there. */
  refused(refusal: {
    readonly why: string;
    readonly retryAfterMs?: number | undefined;
    readonly rules: PauseRules;
  }): Promise<number>;
  /** It ended otherwise. */
  left(): void;
}

export interface SiteGate {
  /** Waits for the turn: pauses, the pace, and after a pause for the one who tries first. */
  enter(options: { readonly paceMs: number; readonly signal: AbortSignal; readonly note: (why: string) => void }): Promise<Visa>;
  state(): SiteState;
  /** An operator's word that it may go on. */
  resume(): Promise<void>;
}

export interface GateDeps {
  readonly site: string;
  readonly records: Records<SiteState>;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly tell: (message: string, fields: { readonly site: string; readonly pausedUntil: number }) => void;
}

const OPEN: SiteState = { pausedUntil: 0, refusals: 0, why: '' };
const LOOK_AGAIN_MS = 1_000;

/** One door for all tasks of a site: what the site asks of one of them holds for all. */
export async function createSiteGate({ site, records, now, sleep, tell }: GateDeps): Promise<SiteGate> {
  let state = (await records.get(site))?.data ?? OPEN;
  let nextAt = 0;
  /** After a pause one goes first; the others wait for what becomes of it. */
  let trying: object | undefined;
  let changed = Promise.withResolvers<void>();
  const wake = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const keep = async (next: SiteState): Promise<void> => {
    state = next;
    wake();
    await records.commit([{ put: { key: site, group: 'site', at: now(), data: next } }]);
  };

  function visa(): Visa {
    const me = {};
    /** Ended; told that it is served, it may still be turned away later. */
    let over = false;
    const letOthersTry = (): void => {
      if (trying !== me) return;
      trying = undefined;
      wake();
    };
    if (state.refusals > 0) trying = me;
    return {
      served() {
        if (over) return;
        // A refusal of another visit that is being waited out is not undone by this one.
        if (state.refusals > 0 && state.pausedUntil <= now()) void keep(OPEN).catch(() => undefined);
        letOthersTry();
      },
      left() {
        over = true;
        letOthersTry();
      },
      async refused({ why, retryAfterMs = 0, rules }) {
        if (over) return state.pausedUntil;
        over = true;
        if (trying === me) trying = undefined;
        // Several visits are turned away at once: that is one refusal.
        const known = state.pausedUntil > now();
        const refusals = known ? state.refusals : state.refusals + 1;
        const grown = refusals <= 1 && retryAfterMs > 0 ? 0 : Math.min(rules.mostMs, rules.baseMs * 2 ** (refusals - 1));
        const pausedUntil = Math.max(known ? state.pausedUntil : 0, now() + Math.max(retryAfterMs, grown));
        await keep({ pausedUntil, refusals, why });
        if (!known) {
          const seconds = Math.ceil((pausedUntil - now()) / 1_000);
          tell(`${site}: ${why}. Nobody goes there for ${seconds} s; it is not gone around.`, { site, pausedUntil });
        }
        return pausedUntil;
      },
    };
  }

  return {
    state: () => state,
    async resume() {
      trying = undefined;
      await keep(OPEN);
    },
    async enter({ paceMs, signal, note }) {
      for (;;) {
        signal.throwIfAborted();
        const wait = state.pausedUntil - now();
        if (wait > 0 || trying !== undefined) {
          note(wait > 0 ? `${site} pauses: ${state.why}` : `${site}: waiting for the one who tries first`);
          const woken = changed.promise;
          // In pieces: a pause may be ended by an operator.
          await Promise.race([woken, sleep(wait > 0 ? Math.min(wait, LOOK_AGAIN_MS) : LOOK_AGAIN_MS, signal)]);
          continue;
        }
        const at = Math.max(now(), nextAt);
        nextAt = at + paceMs;
        const taken = visa();
        try {
          if (at > now()) await sleep(at - now(), signal);
        } catch (error) {
          taken.left();
          throw error;
        }
        // The site may have turned another away while this one waited for its turn.
        if (state.pausedUntil <= now()) return taken;
        taken.left();
      }
    },
  };
}

/** The task comes back when the pause is over; its account is not to blame, and no attempt is spent. */
export const sitePaused = (site: string, why: string, retryAfterMs: number): MusterError =>
  new MusterError(
    'SITE_PAUSED',
    `${site} turned us away (${why}); all its tasks wait. muster run bls.resume-site ends the wait early.`,
    {
      remedy: 'rest-account',
      retryAfterMs: Math.max(1, retryAfterMs),
      status: 'bls_failed',
    },
  );
