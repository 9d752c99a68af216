import type { JsonObject, LiveSession, Plugin } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { SessionContextParts } from './session-context.ts';
import type { SessionLease } from './session-lease.ts';
import type { SessionNotes } from './session-notes.ts';
import type { SessionPolicy } from './session-policy.ts';
import type { Turns } from './turns.ts';

/** The session of one account: opened, opened again when it fails, and closed. */
export interface Session {
  readonly notes: SessionNotes;
  readonly lease: SessionLease;
  readonly plugin: Plugin;
  readonly open: boolean;
  readonly live: LiveSession | undefined;
  readonly reopensAt: number | null;
  /** Times that it was opened again by itself. */
  readonly reopened: number;
  /** At a person's wish; resolves when that is on disk and opening has begun. CONFLICT when something runs already. */
  begin(wish: { readonly actor: string; readonly input: JsonObject | undefined }): Promise<void>;
  /** After a start of the host. */
  resume(): void;
  /** Wanted, but not now: nothing runs until `resume`. */
  hold(why: string): void;
  close(actor: string): Promise<void>;
  /** For the end of the host: it is wanted as before. */
  stop(graceMs: number): Promise<void>;
  /** Its account went to somebody else. */
  lost(error: Error): void;
}

export interface SessionDeps extends SessionContextParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: SessionPolicy;
  readonly notes: SessionNotes;
  readonly turns: Turns;
  /** Runs a heavy launch when there is room for it. */
  readonly launch: <T>(work: () => Promise<T>) => Promise<T>;
  readonly label: () => string;
  readonly say: (event: NewEvent) => void;
  readonly changed: () => void;
}
