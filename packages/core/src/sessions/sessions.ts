import type { AccountChange, KnownSession, LiveSession, SessionAccess } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { SessionLimits, SessionUsage } from './session-limits.ts';

/** A live connection of one account, or what is left of one that was closed. At most one an account. */
export interface SessionView extends KnownSession {
  readonly plugin: string;
  /** False: it was closed, and stays so until somebody opens it. */
  readonly open: boolean;
  /** Nothing is running; it waits until a person opens it. */
  readonly parked: boolean;
  readonly openedBy: string;
  readonly openedAt: number;
  /** Since when this challenge is shown; another one has another time. */
  readonly challengeAt: number | null;
  /** When the host opens it again by itself (ms since the epoch). */
  readonly reopensAt: number | null;
  /** 0 has the turn to ask a person, others wait behind it in this order; `null` does not ask. */
  readonly turn: number | null;
}

/** How far a caller reaches, for callers that do not reach all. */
export interface SessionReach {
  /** Ids or labels of accounts; null reaches all. */
  readonly accounts: readonly string[] | null;
  /** How many sessions that this caller opened may be open at once; null for any number. */
  readonly most: number | null;
}

export interface SessionCaller {
  readonly actor: string;
  /** Default: all. */
  readonly reach?: SessionReach | undefined;
}

/** Keeps connections of accounts alive, each on its own: one that fails leaves the others running. */
export interface Sessions {
  /** The account whose session changed, in state or in figures. */
  readonly change$: Observable<string>;
  /** Open ones first, then by label. */
  list(reach?: SessionReach): readonly SessionView[];
  get(account: string, reach?: SessionReach): SessionView | undefined;
  /**
   * Resolves when opening has begun and is sure to be taken up again after a restart. CONFLICT when it is open, SESSION_LIMIT
   * when there are too many, ACCOUNT_BUSY when another holds the account, NOTHING_AVAILABLE when its state forbids it.
   */
  open(account: string, caller: SessionCaller & { readonly input?: Readonly<Record<string, unknown>> }): Promise<SessionView>;
  /** Ends it so that the next start needs no person. NOT_FOUND when it is not open. */
  close(account: string, caller: SessionCaller): Promise<void>;
  /** Those of one plugin, as it sees them itself: only what is open. */
  access(plugin: string, caller: SessionCaller): SessionAccess;
  /** SESSION_NOT_READY when there is none. */
  live<TSession extends LiveSession>(account: string): TSession;
  /** Waits while it is on its way; SESSION_NOT_READY when it does not get ready in time, or not by itself. */
  ready(account: string, signal: AbortSignal): Promise<LiveSession>;
  /** Ids of the accounts whose session is ready now. */
  readyIds(plugin: string): readonly string[];
  /** The account as the session holds it. SESSION_NOT_READY when it does not. */
  held(account: string): AccountRecord;
  /** Changes the account that the session holds. */
  change(account: string, change: AccountChange<Readonly<Record<string, unknown>>>): Promise<AccountRecord>;
  readonly limits: SessionLimits;
  usage(): SessionUsage;
  /** Reads what a former host left; nothing runs yet. */
  load(): Promise<void>;
  /** Opens what is wanted. */
  start(): void;
  /** Ends all at once, each cleanly, within the time. They come back with the next start. */
  stop(graceMs: number): Promise<void>;
}
