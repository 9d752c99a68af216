import type { Observable } from 'rxjs';
import type { EventQuery, MusterEvent, NewEvent } from './event.ts';

export interface Events {
  /** Appends. Secrets known to the redactor are masked on the way in. Resolves when written; `audit` events when on disk. */
  record(event: NewEvent): Promise<void>;
  /** Newest last. */
  query(query: EventQuery): Promise<MusterEvent[]>;
  /** Every event from now on (hot, shared by nobody's subscription). */
  readonly event$: Observable<MusterEvent>;
  readonly lastSeq: number;
  close(): Promise<void>;
}

/** Remembers secret values that were revealed, and masks them in any text or JSON. */
export interface Redactor {
  add(secret: string): void;
  /** Masks it until the function that comes back is called; what was added stays masked. */
  addForNow(secret: string): () => void;
  redact<T>(value: T): T;
}
