import type { AwilixContainer } from 'awilix';
import { WITH_TEXTS } from './collections.ts';
import { composeServices } from './container.ts';
import type { Core, CoreOptions, Services } from './core.ts';
import { recoverHistory } from './jobs/pool-history.ts';
import { openParts } from './open-parts.ts';
import { createPluginScope, type PluginScope } from './plugins/plugin-scope.ts';
import { checkTexts, resealTexts } from './vault/sealed-text.ts';

const DEFAULT_GRACE_MS = 5_000;
/** Longer than for tasks: a session that is cut in its end may have to be logged in anew by a person. */
const SESSION_GRACE_MS = 20_000;

/** Opens a data directory and puts the services over it. What must be waited for is opened first; the rest is made when asked for. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const parts = await openParts(options);
  try {
    return coreOf(composeServices(parts, options), () => parts.close());
  } catch (error) {
    await parts.close();
    throw error;
  }
}

function coreOf(container: AwilixContainer<Services>, closeAll: () => Promise<void>): Core {
  const services: Services = { ...container.cradle };
  const { circle, pool, proxies, jobs, schedules, hooks, plugins, pluginServices, evidence, sessions, store, events, vault } =
    services;
  const scopes = new Map<string, PluginScope>();
  let stopping: Promise<void> | undefined;

  return {
    ...services,
    scope(id) {
      const scope = scopes.get(id) ?? createPluginScope(container, plugins.get(id));
      scopes.set(id, scope);
      return scope;
    },
    async start({ authorize = async () => undefined } = {}) {
      await circle.open();
      // Before anything else happens that somebody wants to be told of.
      await hooks.start();
      await recoverHistory({ store, events });
      await proxies.start();
      // Tasks that go on may ask for a service; by itself none opens before they do, as it may start jobs.
      pluginServices.admit(authorize);
      // Before tasks too, which wait for sessions that are on their way.
      await sessions.load();
      // Before the pool wakes expired leases: recovery tells from them what a dead host's tasks held.
      await jobs.recover();
      await pool.start();
      sessions.start();
      pluginServices.start();
      evidence.start();
      // Last: what is due works like everything that an operator starts.
      await schedules.start();
    },
    stop(graceMs = DEFAULT_GRACE_MS) {
      // By hand: a container's own disposal ends dependencies before those who need them.
      stopping ??= (async () => {
        await schedules.stop();
        await jobs.stop(graceMs);
        await sessions.stop(Math.max(graceMs, SESSION_GRACE_MS));
        await pluginServices.stop(graceMs);
        await evidence.stop();
        await pool.stop();
        await proxies.stop();
        await hooks.stop();
        await closeAll();
      })();
      return stopping;
    },
    checkTexts: (signal) => checkTexts({ store, vault }, WITH_TEXTS, signal),
    resealTexts: async (signal) => (await resealTexts({ store, vault }, WITH_TEXTS, signal)) + (await proxies.reseal()),
  };
}
