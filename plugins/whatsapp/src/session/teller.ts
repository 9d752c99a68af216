import { safeText, type Challenge, type Json, type SessionContext } from '@muster/sdk';
import { STATES, type WhatsAppState } from '../machine/states.ts';
import type { Happening } from '../machine/transitions.ts';
import type { Account, Config } from '../schemas.ts';
import type { Counts } from './figures.ts';
import { REMEDIES, type Remedy } from './remedies.ts';

export interface Report {
  readonly state: WhatsAppState;
  readonly why?: string | undefined;
  readonly challenge?: Challenge | undefined;
  /** It is not wanted any more, whatever its state says. */
  readonly closed?: boolean;
}

/** What an end is called in the event log; a close by an operator is told by the host. */
const ENDINGS: Partial<Record<Happening, string>> = {
  refused: 'session.auth-failure',
  'given-up': 'session.failed',
  replaced: 'session.disconnected',
  'nobody-scanned': 'session.not-scanned',
  unlinked: 'session.disconnected',
};
const PARKED: ReadonlySet<WhatsAppState> = new Set(['needs-scan', 'conflict']);

/** What a session says to its host: states, events, and what it counts. Texts from the page are cleaned here. */
export class Teller {
  readonly counts: Counts = { reconnects: 0, remedies: 0, lastActivityAt: 0 };
  readonly #context: SessionContext<Config, Account>;
  readonly #clientId: string;

  constructor(context: SessionContext<Config, Account>, clientId: string) {
    this.#context = context;
    this.#clientId = clientId;
  }

  report({ state, why, challenge, closed = false }: Report): void {
    this.#context.report({
      state: closed ? 'closed' : STATES[state].general,
      status: state,
      ...(why !== undefined && { why: safeText(why, 500) }),
      ...(challenge && { challenge }),
      ...(PARKED.has(state) && { ended: true }),
    });
  }

  /** Its code waits for a person now. */
  shows(state: WhatsAppState, challenge: Challenge): void {
    this.report({ state, challenge });
    const [type, what] =
      challenge.kind === 'qr'
        ? ['session.qr', 'a QR code waits to be scanned']
        : ['session.code', 'a code waits to be typed on the phone'];
    this.event(type, what, { expiresAt: challenge.expiresAt });
  }

  ended(by: Happening, why: string = by): void {
    const type = ENDINGS[by];
    if (type !== undefined) this.event(type, why, { reason: why }, 'warn');
  }

  remedy(remedy: Remedy, why: string): void {
    this.counts.remedies += 1;
    const reason = safeText(why, 300);
    this.event('remedy.applied', `${REMEDIES[remedy]} (${reason})`, { remedy, why: reason }, 'warn');
  }

  touch(): void {
    this.counts.lastActivityAt = this.#context.now();
  }

  event(
    type: string,
    message: string,
    fields: Readonly<Record<string, Json>> = {},
    level: 'debug' | 'info' | 'warn' = 'info',
  ): void {
    const clientId = this.#clientId;
    this.#context.event({
      type,
      level,
      account: this.#context.account.id,
      message: `${clientId}: ${message}`,
      fields: { clientId, ...fields },
    });
  }
}
