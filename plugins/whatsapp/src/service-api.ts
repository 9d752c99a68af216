import type { PluginService, Records } from '@muster/sdk';
import type { KeptChat, KeptMessage } from './messages/history.ts';
import type { KeptMedia } from './messages/media.ts';
import type { Votes } from './messages/votes.ts';
import type { Campaigns } from './campaigns/campaigns.ts';

/** What actions, paths, views and sessions reach with `ctx.service()`. */
export interface WhatsAppService extends PluginService {
  readonly campaigns: Campaigns;
  readonly records: {
    readonly chats: Records<KeptChat>;
    readonly messages: Records<KeptMessage>;
    readonly media: Records<KeptMedia>;
  };
  readonly votes: Votes;
  /** The plugin's own folder. */
  readonly directory: string;
  /** Where the profiles of sessions live. */
  readonly profiles: string;
}
