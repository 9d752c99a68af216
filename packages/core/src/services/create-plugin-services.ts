import {
  MusterError,
  safeText,
  toMusterError,
  type Plugin,
  type PluginService,
  type RotationSettings,
  type ServiceContext,
} from '@muster/sdk';
import type { Subscription } from 'rxjs';
import type { Rotation } from '../pool/rotation.ts';
import { actorOf, createPluginRuntime, type RuntimeDeps } from './plugin-runtime.ts';
import type { Authorize, PluginServices } from './plugin-services.ts';

type Data = Readonly<Record<string, unknown>>;

const MAX_WHY = 500;

export interface PluginServicesDeps extends RuntimeDeps {
  readonly openRotation: (plugin: string, settings: RotationSettings) => Promise<Rotation>;
}

/** A service as far as it has come. */
interface Opened {
  readonly service: Promise<PluginService>;
  readonly rotation: () => Rotation | undefined;
  /** Undefined while it is being opened. */
  readonly live: () => PluginService | undefined;
  /** Ends what its context gave it; the rotation outlives the service's own end. */
  readonly signal: () => void;
  /** The rest of it. */
  readonly end: () => Promise<void>;
}

export function createPluginServices(deps: PluginServicesDeps): PluginServices {
  const { plugins, parts, events, clock } = deps;
  const opened = new Map<string, Opened>();
  /** Why the last try of those failed that are not open. */
  const failed = new Map<string, string>();
  let authorize: Authorize | undefined;
  let stopping: Promise<void> | undefined;
  let following: Subscription | undefined;

  const say = (level: 'info' | 'warn' | 'error', of: { type: string; plugin: string; message: string }): void =>
    void events.record({ level, ...of }).catch(() => undefined);

  const tellOf =
    (id: string) =>
    (error: unknown): void => {
      const message = `The service of "${id}" did not close well: ${toMusterError(error).message}`;
      say('warn', { type: 'service.close-failed', plugin: id, message });
    };

  const begin = (plugin: Plugin, admit: Authorize): Opened => {
    const { id } = plugin;
    const controller = new AbortController();
    const { signal } = controller;
    let rotation: Rotation | undefined;
    let live: PluginService | undefined;
    let opening: Promise<Rotation> | undefined;
    const abort = (): void => controller.abort(new MusterError('ABORTED', `The service of "${id}" ends.`));
    const end = async (): Promise<void> => {
      abort();
      await (await opening?.catch(() => undefined))?.close();
    };
    const openRotation = async (settings: RotationSettings): Promise<Rotation> => {
      signal.throwIfAborted();
      if (opening)
        throw new MusterError('CONFLICT', `The service of "${id}" has its rotation open already; change it with configure().`);
      opening = deps.openRotation(id, settings);
      try {
        rotation = await opening;
        return rotation;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    };
    const work = async (): Promise<PluginService> => {
      const loaded = await plugin.service?.load();
      if (!loaded) throw new MusterError('UNAVAILABLE', `The plugin "${id}" has no service.`);
      const runtime = await createPluginRuntime(deps, { plugin: id, holder: `service/${id}`, signal });
      const acting = { plugin: id, actor: actorOf(id) };
      const context: ServiceContext<Data, Data> = {
        ...runtime,
        jobs: parts.jobs(acting),
        sessions: parts.sessions(acting),
        openRotation,
        authorize: async (token) => (typeof token === 'string' && token !== '' ? admit(token) : undefined),
      };
      const service = (await loaded.default(context)) as PluginService | undefined;
      if (typeof service?.close !== 'function') {
        throw new MusterError('PLUGIN_BROKEN', `The service of "${id}" has no close(); it cannot be used.`);
      }
      return service;
    };
    const service = work();
    void (async () => {
      try {
        live = await service;
        failed.delete(id);
        say('info', { type: 'service.opened', plugin: id, message: `The service of "${id}" is open` });
      } catch (error) {
        opened.delete(id);
        failed.set(id, safeText(deps.redactor.redact(toMusterError(error).message), MAX_WHY));
        await end().catch(tellOf(id));
      }
    })();
    return { service, signal: abort, end, rotation: () => rotation, live: () => live };
  };
  const open = async (id: string): Promise<PluginService> => {
    const plugin = plugins.get(id);
    if (!plugin.service) throw new MusterError('UNAVAILABLE', `The plugin "${id}" has no service.`);
    if (stopping || !authorize) {
      const phase = stopping ? 'stopping' : 'starting';
      throw new MusterError('UNAVAILABLE', `The host is ${phase}; the service of "${id}" cannot be opened.`);
    }
    const known = opened.get(id) ?? begin(plugin, authorize);
    opened.set(id, known);
    return known.service;
  };
  const openIfSet = (plugin: Plugin): void => {
    try {
      if (plugin.service?.atStart?.(plugins.config(plugin.id)) !== true) return;
    } catch (error) {
      const message = `The service of "${plugin.id}" is not opened at the start: ${toMusterError(error).message}`;
      say('warn', { type: 'service.not-opened', plugin: plugin.id, message });
      return;
    }
    open(plugin.id).catch((error: unknown) => {
      const message = `The service of "${plugin.id}" could not be opened: ${toMusterError(error).message}`;
      say('error', { type: 'service.not-opened', plugin: plugin.id, message });
    });
  };
  const close = async (id: string, { service, signal, end }: Opened, graceMs: number): Promise<void> => {
    const late = Promise.withResolvers<'late'>();
    const takeBack = clock.after(graceMs, () => late.resolve('late'));
    const closed = async (): Promise<void> => {
      const live = await service.catch(() => undefined);
      await live?.close();
    };
    try {
      signal();
      if ((await Promise.race([closed(), late.promise])) === 'late') {
        const message = `The service of "${id}" did not close within ${graceMs / 1_000} s and is left to itself`;
        say('warn', { type: 'service.abandoned', plugin: id, message });
      }
    } catch (error) {
      tellOf(id)(error);
    }
    takeBack();
    await end().catch(tellOf(id));
  };

  return {
    open: async <TService extends PluginService>(id: string) => (await open(id)) as TService,
    admit(given) {
      authorize = given;
    },
    start() {
      for (const plugin of plugins.loaded()) openIfSet(plugin);
      following = plugins.configured$.subscribe((id) => {
        if (!opened.has(id)) openIfSet(plugins.get(id));
      });
    },
    status(id) {
      const known = opened.get(id);
      if (known) return { state: known.live() ? 'open' : 'opening', why: null };
      const why = failed.get(id) ?? null;
      return { state: why === null ? 'closed' : 'failed', why };
    },
    rotations: () =>
      [...opened].flatMap(([plugin, { rotation, live }]) => {
        const open = rotation();
        return open ? [{ plugin, rotation: open, urls: live()?.urls?.() ?? [] }] : [];
      }),
    stop(graceMs) {
      following?.unsubscribe();
      stopping ??= Promise.all([...opened].map(([id, each]) => close(id, each, graceMs))).then(() => opened.clear());
      return stopping;
    },
  };
}
