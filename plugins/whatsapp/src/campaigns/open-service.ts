import type { ServiceContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { Campaigns } from './campaigns.ts';
import type { WhatsAppService } from '../service-api.ts';

/** What goes on beside sessions and tasks: campaigns. */
export async function openService(context: ServiceContext<Config, Account>): Promise<WhatsAppService> {
  const campaigns = new Campaigns(context);
  const ends = new AbortController();
  const working = campaigns.run(AbortSignal.any([ends.signal, context.signal]));
  return {
    campaigns,
    profiles: context.profiles,
    records: { chats: context.records('chats'), messages: context.records('messages') },
    async close() {
      ends.abort();
      await working;
    },
  };
}
