import type { Demos } from '../demo/demos.ts';
import type { HostCore } from '../host-core.ts';
import type { PromptDoor } from '../prompt-door/prompt-door.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { accountHandlers } from './accounts.ts';
import { eventHandlers } from './events.ts';
import type { Handlers } from './handler.ts';
import { hostHandlers, type HostControls } from './host.ts';
import { jobHandlers } from './jobs.ts';
import { pluginHandlers } from './plugins.ts';
import { poolHandlers } from './pool.ts';
import { hookHandlers } from './hooks.ts';
import { scheduleHandlers } from './schedules.ts';
import { proxyHandlers } from './proxies.ts';
import { promptHandlers } from './prompts.ts';
import { sessionHandlers } from './sessions.ts';
import { storeHandlers } from './store.ts';
import { tokenHandlers } from './tokens.ts';
import { transferHandlers } from './transfer.ts';
import { vaultHandlers } from './vault.ts';
import { viewHandlers } from './plugin-views.ts';

/** What the host does for each operation of the API. */
export const createHandlers = (
  core: HostCore,
  parts: {
    readonly tokens: Tokens;
    readonly demos: Demos;
    readonly controls: HostControls;
    readonly directory: string;
    readonly door: PromptDoor;
  },
): Handlers => ({
  ...hostHandlers(parts.controls),
  ...accountHandlers(core),
  ...pluginHandlers(core, parts.demos),
  ...transferHandlers(core),
  ...jobHandlers(core),
  ...poolHandlers(core),
  ...viewHandlers(core),
  ...promptHandlers(core, parts),
  ...sessionHandlers(core),
  ...proxyHandlers(core),
  ...scheduleHandlers(core),
  ...hookHandlers(core),
  ...eventHandlers(core),
  ...tokenHandlers(parts.tokens),
  ...vaultHandlers(core),
  ...storeHandlers(core, parts.directory),
});
