import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, safeText, type JsonObject, type PluginRuntime, type Records } from '@muster/sdk';
import { defer, filter, map, merge, of } from 'rxjs';
import type { Events, Redactor } from '../events/events.ts';
import { sleep } from '../jobs/task-context.ts';
import { jsonValue } from '../jobs/json-value.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { createRecords } from '../records/create-records.ts';
import { openText, sealText } from '../vault/sealed-text.ts';
import type { Vault } from '../vault/vault.ts';
import type { PluginParts } from './plugin-parts.ts';

type Data = Readonly<Record<string, unknown>>;

const EVENT_TYPE = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error']);
const MAX_MESSAGE = 4_000;
const MAX_FIELDS = 64 * 1_024;
const MAX_ABOUT = 400;

export interface RuntimeDeps {
  /** The data directory. */
  readonly directory: string;
  readonly store: Store;
  readonly plugins: Plugins;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly parts: PluginParts;
}

/** Who a plugin is when it acts by itself. */
export const actorOf = (plugin: string): string => `plugin/${plugin}`;

/** Where the plugin keeps files of its own; made when it is not there. */
async function pluginDirectory(data: string, plugin: string): Promise<string> {
  const directory = join(data, 'plugin-data', plugin);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  return directory;
}

/** What the parts of a plugin that outlive a task may touch. Everything in it ends with the signal. */
export async function createPluginRuntime(
  deps: RuntimeDeps,
  { plugin, holder, signal }: { readonly plugin: string; readonly holder: string; readonly signal: AbortSignal },
): Promise<PluginRuntime<Data, Data>> {
  const { store, plugins, events, redactor, vault, clock, random, parts } = deps;
  const config = (): Data => plugins.config(plugin);
  const checkAbout = (about: string): string => {
    if (typeof about === 'string' && about.length > 0 && about.length <= MAX_ABOUT) return about;
    throw new MusterError('BAD_INPUT', `about: say in 1 to ${MAX_ABOUT} characters what the secret is for.`);
  };

  const proxies = parts.proxies({ plugin, holder });
  signal.addEventListener('abort', () => proxies.end(), { once: true });

  return {
    config,
    config$: defer(() =>
      merge(of(plugin), plugins.configured$).pipe(
        filter((id) => id === plugin),
        map(config),
      ),
    ),
    directory: await pluginDirectory(deps.directory, plugin),
    profiles: join(deps.directory, 'sessions'),
    signal,
    fetch: async (resource, init) => {
      const signals = [signal, init?.signal, resource instanceof Request ? resource.signal : undefined];
      return deps.fetch(resource, { ...init, signal: AbortSignal.any(signals.filter((one) => one instanceof AbortSignal)) });
    },
    accounts: parts.accounts({ plugin, actor: actorOf(plugin) }),
    proxies,
    now: () => clock.now(),
    random: () => random.number(),
    sleep: (ms, own) => sleep(ms, clock, own ? AbortSignal.any([signal, own]) : signal),
    records: <TData>(kind: string) => createRecords({ store, clock }, { plugin, kind }) as unknown as Records<TData>,
    async seal(text, about) {
      redactor.add(text);
      return sealText(vault, text, { provider: plugin, about: checkAbout(about) });
    },
    async unseal(sealed, about) {
      const text = openText(vault, sealed, { provider: plugin, about: checkAbout(about) });
      redactor.add(text);
      return text;
    },
    event({ type, message, level = 'info', account, fields }) {
      if (!EVENT_TYPE.test(type) || !LEVELS.has(level)) {
        throw new MusterError('BAD_INPUT', `type: "${type}" (${level}) is no event of a plugin; it is like \`session.opened\`.`);
      }
      const kept = fields && (jsonValue(fields, { what: 'The fields of an event', maxLength: MAX_FIELDS }) as JsonObject);
      const about = { plugin, ...(account !== undefined && { account }), ...(kept && { fields: kept }) };
      // The log must not hold up the work, nor fail it.
      void events
        .record({ level, type: `${plugin}.${type}`, message: safeText(message, MAX_MESSAGE), ...about })
        .catch(() => undefined);
    },
  };
}
