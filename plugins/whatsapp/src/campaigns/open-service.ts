import type { ServiceContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { Votes } from '../messages/votes.ts';
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
    directory: context.directory,
    records: { chats: context.records('chats'), messages: context.records('messages'), media: context.records('media') },
    votes: new Votes(context),
    async close() {
      ends.abort();
      await working;
    },
  };
}
