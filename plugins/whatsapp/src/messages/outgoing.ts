/** What can be sent beside a text. */
export type Attachment =
  | { readonly kind: 'media'; readonly path: string; readonly asDocument: boolean }
  | { readonly kind: 'poll'; readonly options: readonly string[]; readonly multiple: boolean };

export const OUTGOING_STATES = [
  'queued',
  'sending',
  'pending',
  'sent',
  'delivered',
  'read',
  'failed',
  'uncertain',
  'expired',
  'cancelled',
] as const;

/**
 * `pending`: it stands in the page, WhatsApp has not taken it yet. `uncertain`: it may have been sent or not, and is never
 * sent again by itself; a later acknowledgement clears it up.
 */
export type OutgoingState = (typeof OUTGOING_STATES)[number];

/** One message on its way, as it is kept. */
export interface Outgoing {
  /** Known by it: the same key is sent once. */
  readonly key: string;
  readonly account: string;
  readonly chat: string;
  /** The text, the caption, or the question. */
  readonly text: string;
  readonly attachment?: Attachment;
  readonly campaign?: string;
  readonly state: OutgoingState;
  readonly createdAt: number;
  /** When it was handed to the page. */
  readonly triedAt?: number;
  readonly messageId?: string;
  readonly why?: string;
}

const BY_ACK: readonly OutgoingState[] = ['pending', 'sent', 'delivered', 'read', 'read'];

/** WhatsApp's own count: -1 error, 0 pending, 1 taken by the service, 2 by the phone, 3 read, 4 played. */
export const stateOfAck = (ack: number): OutgoingState => (ack < 0 ? 'failed' : (BY_ACK[ack] ?? 'read'));

const ORDER: readonly OutgoingState[] = ['queued', 'sending', 'uncertain', 'failed', 'pending', 'sent', 'delivered', 'read'];

/** Acknowledgements come late, twice and out of order: only what tells more than is known counts. */
export const isFurther = (known: OutgoingState, told: OutgoingState): boolean =>
  told === 'failed' ? known === 'pending' : ORDER.indexOf(told) > ORDER.indexOf(known);

/** Nothing more is done about it. */
export const isSettled = (state: OutgoingState): boolean => state !== 'queued' && state !== 'sending';
