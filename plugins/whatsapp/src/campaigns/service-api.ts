import type { PluginService } from '@muster/sdk';
import type { Campaigns } from './campaigns.ts';

/** What actions, paths, views and sessions reach with `ctx.service()`. */
export interface WhatsAppService extends PluginService {
  readonly campaigns: Campaigns;
  /** Where the profiles of sessions live. */
  readonly profiles: string;
}
