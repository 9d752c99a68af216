import type { Demos } from '../demo/demos.ts';
import type { HostCore } from '../host-core.ts';
import { MusterError } from '@muster/sdk';
import type { PluginInfo } from '@muster/api';
import type { Handlers } from './handler.ts';
import { pluginView } from './plugin-view.ts';

type PluginOperations = 'listPlugins' | 'getPlugin' | 'configurePlugin' | 'loadDemo';

export const pluginHandlers = (core: HostCore, demos: Demos): Pick<Handlers, PluginOperations> => {
  const { plugins } = core;
  const view = (id: string): PluginInfo => {
    const listing = plugins.list().find((each) => each.id === id);
    if (listing) return pluginView(listing, core);
    // Says which ids there are; not expected to return for an id that is not listed.
    plugins.get(id);
    throw new MusterError('NOT_FOUND', `There is no plugin "${id}".`);
  };
  return {
    listPlugins: () => plugins.list().map((listing) => pluginView(listing, core)),
    getPlugin: ({ params }) => view(params.plugin),
    async configurePlugin({ params, body, caller }) {
      await plugins.configure(params.plugin, body, caller.actor);
      return view(params.plugin);
    },
    loadDemo: async ({ params, body, caller }) => ({ done: await demos.load(params.plugin, body.count, caller.actor) }),
  };
};
