import type { LiveSession } from '@muster/sdk';
import type { GuardedClient } from './client/guarded-client.ts';
import type { WhatsAppState } from './machine/states.ts';
import type { History } from './messages/history.ts';
import type { Media } from './messages/media.ts';
import type { Outbox } from './messages/outbox.ts';

/** What actions, paths, views and campaigns reach of a live session. */
export interface WhatsAppSession extends LiveSession {
  readonly clientId: string;
  readonly state: WhatsAppState;
  readonly outbox: Outbox;
  readonly history: History;
  readonly media: Media;
  /** The library's client; SESSION_NOT_READY in any state but `ready`. */
  readonly client: GuardedClient;
  logOut(): Promise<void>;
}
