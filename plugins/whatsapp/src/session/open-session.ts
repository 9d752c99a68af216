import type { LiveSession, SessionContext } from '@muster/sdk';
import { profileFolder } from '@muster/sdk/browser';
import type { GuardedClient } from '../client/guarded-client.ts';
import type { WhatsAppState } from '../machine/states.ts';
import type { History } from '../messages/history.ts';
import type { Outbox } from '../messages/outbox.ts';
import { ClientId, OpenInput, type Account, type Config } from '../schemas.ts';
import { MailRoom } from './mail-room.ts';
import { Supervisor } from './supervisor.ts';

/** What actions, paths, views and campaigns reach of a live session. */
export interface WhatsAppSession extends LiveSession {
  readonly clientId: string;
  readonly state: WhatsAppState;
  readonly outbox: Outbox;
  readonly history: History;
  /** The library's client; SESSION_NOT_READY in any state but `ready`. */
  readonly client: GuardedClient;
  logOut(): Promise<void>;
}

/** Opens the session of one number: from here on it looks after itself. */
export async function openSession(context: SessionContext<Config, Account>): Promise<WhatsAppSession> {
  const clientId = ClientId.parse(context.account.data.clientId);
  const { link } = OpenInput.parse(context.input);
  const profile = await profileFolder(context.profiles, `session-${clientId}`);
  const ends = new AbortController();
  const signal = AbortSignal.any([ends.signal, context.signal]);
  const mail = new MailRoom({ context, clientId, signal, supervisor: () => supervisor });
  const supervisor = new Supervisor({
    context,
    clientId,
    profile,
    linkByCode: link === 'code',
    message: (message) => mail.take(message),
    created: (message) => mail.take(message),
    ack: (messageId, ack) => mail.ack(messageId, ack),
    ready: ({ page }) => mail.ready(page),
    queued: () => mail.outbox.queued,
  });
  const working = mail.outbox.run();
  void supervisor.ended.then(() => ends.abort());
  if (link === 'code' && context.account.data.phone === undefined)
    await supervisor.refuse('a pairing code is made for a number: give the account its phone, or link it by QR code');
  else supervisor.start();
  return {
    clientId,
    get state() {
      return supervisor.state;
    },
    get client() {
      return supervisor.connection.client;
    },
    outbox: mail.outbox,
    history: mail.history,
    logOut: () => supervisor.logOut(),
    async close() {
      await supervisor.close();
      ends.abort();
      await working;
      await mail.settled();
    },
  };
}
