import { profileFolder } from '@muster/sdk/browser';
import type { LiveSession, SessionContext } from '@muster/sdk';
import { ClientId, OpenInput, type Account, type Config } from '../schemas.ts';
import { Supervisor } from './supervisor.ts';

export interface WhatsAppSession extends LiveSession {
  readonly clientId: string;
  readonly ended: Promise<void>;
}

/** Opens the session of one number. */
export async function openSession(context: SessionContext<Config, Account>): Promise<WhatsAppSession> {
  const clientId = ClientId.parse(context.account.data.clientId);
  const { link } = OpenInput.parse(context.input);
  const profile = await profileFolder(context.profiles, `session-${clientId}`);
  const supervisor = new Supervisor({
    context,
    clientId,
    profile,
    linkByCode: link === 'code',
    message: () => supervisor.touch(),
    created: () => undefined,
    ack: () => undefined,
    ready: () => undefined,
    queued: () => 0,
  });
  supervisor.start();
  return { clientId, ended: supervisor.ended, close: () => supervisor.close() };
}
