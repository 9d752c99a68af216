import type { JsonObject } from '@muster/sdk';
import type { CollectionDefinition } from '../ports/store.ts';

/** How it is told. What is secret in it stands apart, sealed; of a webhook's address the record holds what may be seen. */
export type HookTarget =
  | { readonly kind: 'webhook'; readonly url: string }
  /** A shell command of the operator; the event comes on its stdin. */
  | { readonly kind: 'command'; readonly command: string }
  | {
      readonly kind: 'mail';
      readonly host: string;
      readonly port: number;
      /** `tls` from the first byte, `starttls` before anything is said, `none` for a server on this machine. */
      readonly security: 'tls' | 'starttls' | 'none';
      readonly user: string | null;
      readonly from: string;
      readonly to: readonly string[];
    };

/** Somebody to be told when something happens. */
export interface HookRecord {
  readonly id: string;
  readonly name: string;
  readonly target: HookTarget;
  /** The whole address of a webhook, sealed; null for the others, and not there in records of before it was sealed. */
  readonly address?: string | null;
  /** Types of events, `job.ended`, `whatsapp.*`, `*`. */
  readonly events: readonly string[];
  /** Only of this plugin. */
  readonly plugin: string | null;
  /** The key of a webhook's signature, the password of a mail account; sealed, null for none. */
  readonly secret: string | null;
  readonly enabled: boolean;
  /** Events up to this number happened before it was there. */
  readonly sinceSeq: number;
  readonly createdAt: number;
}

export type DeliveryState = 'waiting' | 'sent' | 'failed' | 'dropped';

/** One event for one hook. */
export interface DeliveryRecord {
  readonly id: string;
  readonly hook: string;
  readonly type: string;
  readonly message: string;
  /** What is sent. */
  readonly body: JsonObject;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Not before. */
  readonly notBefore: number;
  /** What the last attempt came to. */
  readonly outcome: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** Up to which event hooks were looked at. */
export interface HookCursor {
  readonly id: 'cursor';
  readonly seq: number;
}

export const HOOKS: CollectionDefinition = { name: 'hooks', indexes: {} };
export const DELIVERIES: CollectionDefinition = {
  name: 'hook-deliveries',
  indexes: {
    due: { partition: ['state'], order: ['notBefore'] },
    hook: { partition: ['hook', 'state'], order: ['createdAt'] },
    newest: { partition: ['hook'], order: ['createdAt'] },
  },
  tallies: [['hook', 'state']],
};
export const HOOK_CURSOR: CollectionDefinition = { name: 'hook-cursor', indexes: {} };
