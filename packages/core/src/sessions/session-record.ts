import type { JsonObject, KnownSession, SessionState } from '@muster/sdk';
import type { CollectionDefinition } from '../ports/store.ts';

/** One step of a session's life. Newest first in a history. */
export type SessionStep = KnownSession['history'][number];

/** What is kept of a session. What a person has to scan or type is not: it lives in memory only. */
export interface SessionRecord {
  /** The account's id. */
  readonly id: string;
  readonly plugin: string;
  /** It is to be open: it comes back by itself when the host starts again. */
  readonly wanted: boolean;
  /** Wanted, but nothing is running: it waits until a person opens it. */
  readonly parked: boolean;
  /** What the operator gave when opening it. */
  readonly input: JsonObject;
  readonly openedBy: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly openedAt: number;
  readonly state: SessionState;
  readonly status: string | null;
  readonly why: string | null;
  readonly since: number;
  readonly history: readonly SessionStep[];
}

export const SESSIONS: CollectionDefinition = { name: 'sessions', indexes: {} };
