import { isDeepStrictEqual } from 'node:util';
import { MusterError, toMusterError, type JsonObject, type Plugin, type Simulator } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { demoId, HOST_STATE, type DemoRecord } from './demo-record.ts';

const TAG = 'demo';
const AT_ONCE = 200;

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

  const add = async (plugin: string, data: Readonly<Record<string, unknown>>, actor: string): Promise<number> => {
    try {
      const account = await accounts.add(plugin, data, actor);
      await accounts.edit(account.id, { tags: [TAG] }, actor);
      return 1;
    } catch (thrown) {
      if (toMusterError(thrown).code === 'CONFLICT') return 0;
      throw thrown;
    }
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
      const rows = plugin.demo(count);
      let added = 0;
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        const counts = await Promise.all(rows.slice(from, from + AT_ONCE).map((data) => add(id, data, actor)));
        for (const one of counts) added += one;
      }
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
