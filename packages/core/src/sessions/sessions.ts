import type { Observable } from 'rxjs';

export type SessionState = 'opening' | 'needs-operator' | 'ready' | 'lost' | 'closed';

/** A live connection of one account. At most one an account. */
export interface SessionView {
  readonly account: string;
  readonly plugin: string;
  readonly state: SessionState;
  /** Why it is in this state, for a person. */
  readonly why: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Keeps connections of accounts alive, each on its own: one that fails leaves the others running. */
export interface Sessions {
  readonly change$: Observable<SessionView>;
  list(): readonly SessionView[];
  /** CONFLICT when the account has one already, ACCOUNT_BUSY when another holds the account. */
  open(account: string, actor: string): Promise<SessionView>;
  /** Ends it so that the next start needs no person. NOT_FOUND when there is none. */
  close(account: string, actor: string): Promise<void>;
  /** Ends all, in order, within the time. */
  stop(graceMs: number): Promise<void>;
}
