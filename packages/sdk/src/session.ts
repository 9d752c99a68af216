import type { Account, AccountChange } from './account.ts';
import type { Json } from './json.ts';
import type { PluginRuntime, PluginService } from './plugin-runtime.ts';

export const SESSION_STATES = ['opening', 'needs-operator', 'ready', 'lost', 'closed'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What a person has to do to log in. */
export type Challenge =
  /** The text of a QR code, scanned with the phone. */
  | { readonly kind: 'qr'; readonly text: string; readonly expiresAt: number | null }
  /** A code that is typed on the phone. */
  | { readonly kind: 'code'; readonly text: string; readonly expiresAt: number | null };

/** Live figures of one session; each part is left out where it is not known. */
export interface SessionFigures {
  /** Private memory of all its processes. */
  readonly memoryBytes?: number;
  /** Of one core. */
  readonly cpuPercent?: number;
  readonly lastActivityAt?: number;
  readonly queued?: number;
  readonly reconnects?: number;
  readonly remedies?: number;
}

export interface SessionReport {
  readonly state: SessionState;
  /** The plugin's own word for it. */
  readonly status?: string;
  /** Why, for a person. */
  readonly why?: string;
  /** Shown while it is reported; a report without one takes it away. */
  readonly challenge?: Challenge;
  /** All that it held is free: with `lost` the host opens it again, with `needs-operator` it waits until a person asks. */
  readonly ended?: boolean;
}

/** What one live connection of an account may touch. The host holds the account on lease for as long as it is open. */
export interface SessionContext<TConfig, TAccount> extends PluginRuntime<TConfig, TAccount> {
  readonly account: Account<TAccount>;
  /** Ends when this session is to close, or the host stops. */
  readonly signal: AbortSignal;
  /** What the operator gave when opening it. `link: 'code'` asks for a code to type instead of a QR code. */
  readonly input: Readonly<Record<string, Json>>;
  update(change: Omit<AccountChange<TAccount>, 'restUntil'>): Promise<void>;
  /**
   * A change of state; kept in the session's history with its reason. `lost` without `ended` says that it mends itself;
   * `closed` always means ended, and not wanted any more.
   */
  report(report: SessionReport): void;
  figures(figures: SessionFigures): void;
  /** Runs one launch of something heavy; only so many at once over all sessions. */
  launch<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for the turn to ask a person (one session at a time). Call what it gives when the person is done, or gone; it ends with the session. */
  attention(): Promise<() => void>;
  service<TService extends PluginService>(): Promise<TService>;
}

/** What actions, paths and views of the account reach with `ctx.session()`. */
export interface LiveSession {
  /** Ends it so that the next start needs no person; whole when it resolves. */
  close(): Promise<void>;
}

/**
 * Opens a session; resolves as soon as it can be told of (`report` says what becomes of it). When it rejects, or reports
 * `lost` and has ended, the host opens it again with backoff; after `closed` or `needs-operator` only when a person asks.
 * When the signal ends, `close` is called next, also if it resolves only then.
 */
export type OpenSession<TConfig, TAccount, TSession extends LiveSession = LiveSession> = (
  context: SessionContext<TConfig, TAccount>,
) => Promise<TSession>;

export type AnyOpenSession = OpenSession<any, any>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schemas

export interface SessionPart {
  /** Bytes that one session is expected to need, for the default number of them. */
  readonly memoryBytes: number;
  load(): Promise<{ readonly default: AnyOpenSession }>;
}

/** A session as it is told to others. */
export interface KnownSession {
  /** The account's id. */
  readonly account: string;
  readonly label: string;
  readonly state: SessionState;
  readonly status: string | null;
  readonly why: string | null;
  /** Since when it is in this state (ms since the epoch). */
  readonly since: number;
  readonly challenge: Challenge | null;
  readonly figures: SessionFigures;
  /** Newest first, at most 50. */
  readonly history: readonly {
    readonly at: number;
    readonly state: SessionState;
    readonly status: string | null;
    readonly why: string | null;
  }[];
}

/** The sessions of this plugin. */
export interface SessionAccess {
  list(): readonly KnownSession[];
  get(account: string): KnownSession | undefined;
  /** CONFLICT when it is open already, SESSION_LIMIT when there are too many. It is opened again after a restart. */
  open(account: string, input?: Readonly<Record<string, Json>>): Promise<KnownSession>;
  /** NOT_FOUND when there is none. It stays closed after a restart. */
  close(account: string): Promise<void>;
  /** The live one. SESSION_NOT_READY when it is not open. */
  live<TSession extends LiveSession>(account: string): TSession;
}
