import type { SessionContext } from '@muster/sdk';
import { profileFolder } from '@muster/sdk/browser';
import type { WhatsAppSession } from '../session-api.ts';
import { ClientId, OpenInput, type Account, type Config } from '../schemas.ts';
import { MailRoom } from './mail-room.ts';
import { Supervisor } from './supervisor.ts';

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
    voted: (vote) => mail.voted(vote),
    ack: (messageId, ack) => mail.ack(messageId, ack),
    ready: (connection) => mail.ready(connection),
    queued: () => mail.outbox.queued,
  });
  const working = mail.outbox.run();
  void supervisor.ended.then(() => ends.abort());
  if (link === 'code' && context.account.data.phone === undefined)
    await supervisor.refuse('give the account its phone first, or link by QR code');
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
    media: mail.media,
    logOut: () => supervisor.logOut(),
    async close() {
      await supervisor.close();
      ends.abort();
      await working;
      await mail.settled();
    },
  };
}
