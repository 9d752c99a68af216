import type { Json } from '@muster/sdk';

export const EVENT_LEVELS = ['debug', 'info', 'ask', 'warn', 'error', 'audit'] as const;
export type EventLevel = (typeof EVENT_LEVELS)[number];

/** A fact, append-only, redacted. */
export interface MusterEvent {
  /** Grows by one with every event of this data directory. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: EventLevel;
  /** `noun.verbed`. */
  readonly type: string;
  readonly message: string;
  /** With `audit`: who. */
  readonly actor?: string;
  readonly plugin?: string;
  readonly account?: string;
  readonly job?: string;
  readonly task?: string;
  readonly fields?: Readonly<Record<string, Json>>;
}

export type NewEvent = Omit<MusterEvent, 'seq' | 'at'>;

export interface EventQuery {
  readonly after?: number;
  readonly before?: number;
  readonly sinceMs?: number;
  readonly account?: string;
  readonly job?: string;
  readonly levels?: readonly EventLevel[];
  /** Text in the message or type, without case. */
  readonly text?: string;
  readonly limit?: number;
}
