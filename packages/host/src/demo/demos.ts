import { isDeepStrictEqual } from 'node:util';
import { MusterError, toMusterError, type JsonObject, type Plugin, type Simulator } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { demoId, HOST_STATE, type DemoRecord } from './demo-record.ts';

const TAG = 'demo';

export interface Demos {
  /**
   * Points the plugin at its simulator and adds made-up accounts; returns how many were new. CONFLICT when there are accounts of the
   * operator's own, which would be worked on against the simulator.
   */
  load(plugin: string, count: number, actor: string): Promise<number>;
  /** Starts the simulators again that settings still point at, and points them at the new addresses. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Runs the simulators of plugins inside the host, for people who want to try things before they load accounts of their own. */
export function createDemos({
  accounts,
  events,
  plugins,
  store,
}: Pick<HostCore, 'accounts' | 'events' | 'plugins' | 'store'>): Demos {
  const running = new Map<string, Promise<Simulator>>();

  const start = ({ id, simulator }: Plugin): Promise<Simulator> => {
    if (!simulator) throw new MusterError('NOT_FOUND', `The plugin "${id}" has no simulator to try it on.`);
    const known = running.get(id);
    if (known) return known;
    const started = simulator().then((module) => module.default({ port: 0 }));
    running.set(id, started);
    started.catch(() => running.delete(id));
    return started;
  };

  /** Remembered first: after a crash in between the note is not true, which `resume` sees. */
  const pointAt = async (plugin: string, simulator: Simulator, actor: string): Promise<void> => {
    const id = demoId(plugin);
    const config = simulator.config as JsonObject;
    const known = await store.get(HOST_STATE.name, id);
    const document: DemoRecord = { id, plugin, config };
    await store.commit([
      known ? { update: HOST_STATE.name, id, patch: { set: { config } } } : { insert: HOST_STATE.name, document },
    ]);
    await plugins.configure(plugin, config, actor);
  };

  const resumeOne = async ({ id, plugin, config }: DemoRecord): Promise<void> => {
    if (!plugins.loaded().some((loaded) => loaded.id === plugin)) return;
    const now = plugins.config(plugin);
    const on = Object.entries(config).every(([key, value]) => isDeepStrictEqual(now[key], value));
    if (on) await pointAt(plugin, await start(plugins.get(plugin)), 'host');
    else await store.commit([{ delete: HOST_STATE.name, id }]);
  };

  return {
    async load(id, count, actor) {
      const plugin = plugins.get(id);
      if (!plugin.demo) throw new MusterError('NOT_FOUND', `The plugin "${id}" has no demo.`);
      const own = await accounts.count({ plugin: id, where: `!tag:${TAG}` });
      if (own > 0) {
        throw new MusterError(
          'CONFLICT',
          `There are ${own} accounts of ${plugin.title} that are not made up; the demo would work on them against its simulator. Try it in another data directory: --data <folder>.`,
        );
      }
      await pointAt(id, await start(plugin), actor);
      const added = await accounts.addAll(id, plugin.demo(count), { actor, tags: [TAG] });
      const message = `${added} made-up accounts of ${plugin.title}, on its simulator`;
      await events.record({ level: 'audit', type: 'demo.loaded', message, actor, plugin: id });
      return added;
    },

    async resume() {
      for (const record of await store.list<DemoRecord>(HOST_STATE.name)) {
        await resumeOne(record).catch((thrown: unknown) => {
          const message = `The simulator of ${record.plugin} did not start: ${toMusterError(thrown).message}`;
          return events.record({ level: 'warn', type: 'demo.failed', message, plugin: record.plugin });
        });
      }
    },

    async close() {
      const simulators = [...running.values()];
      running.clear();
      await Promise.allSettled(simulators.map(async (started) => (await started).close()));
    },
  };
}
