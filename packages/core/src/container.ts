import { join } from 'node:path';
import type { RotationSettings } from '@muster/sdk';
import { asFunction, asValue, createContainer, type AwilixContainer, type BuildResolver } from 'awilix';
import { createAccounts } from './accounts/create-accounts.ts';
import { machineMemory } from './adapters/machine-memory.ts';
import type { CoreOptions, Services } from './core.ts';
import { createEvidence } from './evidence/create-evidence.ts';
import { createHooks } from './hooks/create-hooks.ts';
import { createJobs } from './jobs/create-jobs.ts';
import type { Parts } from './open-parts.ts';
import { createPluginHttp } from './plugins/plugin-http.ts';
import { createCircle } from './pool/circle.ts';
import { createPool } from './pool/create-pool.ts';
import { createRotation, type Rotation } from './pool/rotation.ts';
import { createPrompts } from './prompts/create-prompts.ts';
import { createProxies } from './proxies/create-proxies.ts';
import { createSchedules } from './schedules/create-schedules.ts';
import { createPluginParts } from './services/create-plugin-parts.ts';
import { createPluginServices } from './services/create-plugin-services.ts';
import type { Acting } from './services/plugin-parts.ts';
import { createPluginRuntime } from './services/plugin-runtime.ts';
import { createSessions } from './sessions/create-sessions.ts';
import { createPluginViews } from './views/plugin-views.ts';

const DAY_MS = 24 * 60 * 60_000;

/** One for the whole core, made when somebody asks for it. Each names what it takes: the whole cradle would resolve everything. */
function made<T, K extends keyof Services>(
  names: readonly K[],
  create: (deps: Pick<Services, NoInfer<K>>) => T,
): BuildResolver<T> {
  return asFunction((services: Services) =>
    create(Object.fromEntries(names.map((name) => [name, services[name]])) as Pick<Services, K>),
  ).singleton();
}

/** What most of those need that work with plugins and their secrets. */
const COMMON = ['store', 'plugins', 'events', 'redactor', 'vault', 'clock', 'random'] as const;

/** The one place where the services are put together. */
export function composeServices(parts: Parts, options: CoreOptions): AwilixContainer<Services> {
  const { config, clock, random, fetch, redactor, store, events, vault, plugins } = parts;
  const { directory, jobPolicy = {}, sessionPolicy = {}, attended = () => true } = options;
  const container = createContainer<Services>({ strict: true });
  container.register({
    clock: asValue(clock),
    random: asValue(random),
    fetch: asValue(fetch),
    redactor: asValue(redactor),
    store: asValue(store),
    events: asValue(events),
    vault: asValue(vault),
    plugins: asValue(plugins),
    circle: made(['store'], createCircle),
    accounts: made([...COMMON, 'circle'], createAccounts),
    pool: made(['store', 'events', 'clock', 'random', 'plugins', 'circle'], createPool),
    prompts: made(['store', 'events', 'redactor', 'clock', 'random'], (deps) =>
      createPrompts({ ...deps, directory: join(directory, 'prompts'), attended }),
    ),
    proxies: made(['store', 'vault', 'events', 'redactor', 'clock', 'random'], createProxies),
    jobs: made(
      [...COMMON, 'pool', 'accounts', 'prompts', 'proxies', 'sessions', 'evidence', 'fetch', 'pluginParts'],
      ({ pluginParts, ...deps }) => createJobs({ ...deps, parts: pluginParts, policy: jobPolicy }),
    ),
    sessions: made(
      [...COMMON, 'pool', 'accounts', 'fetch', 'pluginParts', 'pluginServices'],
      ({ pool, accounts, fetch, pluginParts, pluginServices, ...common }) =>
        createSessions({
          ...common,
          pool,
          accounts,
          runtime: {
            of: (user) => createPluginRuntime({ ...common, directory, fetch, parts: pluginParts }, user),
            service: (plugin) => pluginServices.open(plugin),
          },
          directory: join(directory, 'sessions'),
          settings: config.sessions,
          machineBytes: machineMemory(),
          policy: sessionPolicy,
        }),
    ),
    schedules: made(['store', 'jobs', 'plugins', 'events', 'clock', 'random'], createSchedules),
    hooks: made(['store', 'vault', 'events', 'redactor', 'jobs', 'clock', 'random', 'fetch'], createHooks),
    evidence: made(['clock', 'redactor', 'events'], (deps) =>
      createEvidence({ ...deps, directory: join(directory, 'evidence'), keepMs: config.keepEvidenceDays * DAY_MS }),
    ),
    pluginParts: made(['store', 'accounts', 'plugins', 'proxies', 'events', 'redactor', 'vault', 'clock'], (deps) =>
      createPluginParts({
        ...deps,
        // Made later: they need the parts themselves.
        jobs: () => container.cradle.jobs,
        services: () => container.cradle.pluginServices,
        sessions: ({ plugin, actor, reach }: Acting) => container.cradle.sessions.access(plugin, { actor, reach }),
      }),
    ),
    pluginServices: made(
      [...COMMON, 'fetch', 'pluginParts', 'pool', 'circle', 'accounts'],
      ({ pluginParts, pool, circle, accounts, ...deps }) => {
        const rotating = { ...deps, pool, circle, secretOf: accounts.secretOf.bind(accounts) };
        const openRotation = (plugin: string, settings: RotationSettings): Promise<Rotation> =>
          createRotation(rotating, { plugin, settings });
        return createPluginServices({ ...deps, directory, parts: pluginParts, openRotation });
      },
    ),
    pluginViews: made(['accounts', 'plugins', 'clock', 'pluginParts'], ({ pluginParts, ...deps }) =>
      createPluginViews({ ...deps, parts: pluginParts }),
    ),
    pluginHttp: made([...COMMON, 'pool', 'accounts', 'pluginParts'], ({ pluginParts, ...deps }) =>
      createPluginHttp({ ...deps, parts: pluginParts }),
    ),
  });
  return container;
}
