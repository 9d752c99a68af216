import { MusterError, type Json, type OpenService, type PluginService, type RotationSettings } from '@muster/sdk';
import { createAnswers } from './gateway/answers.ts';
import { createBase } from './gateway/base.ts';
import type { CallDependencies } from './gateway/call.ts';
import { createDoor } from './gateway/door.ts';
import { createGatewayLog, type GatewayCounts, type Trouble } from './gateway/gateway-log.ts';
import { openGatewayServer, type Answers, type GatewayServer } from './gateway/gateway-server.ts';
import { createLimitHeaders } from './gateway/limit-headers.ts';
import { createModels } from './gateway/models.ts';
import { limitsOf, type Account, type Config } from './schemas.ts';
import { createCredentials } from './upstream/credentials.ts';
import { createUpstream } from './upstream/upstream.ts';

/** Within the host's own time for closing. */
const CLOSE_MS = 3_000;

export interface GatewayStats {
  readonly urls: readonly string[];
  readonly strategy: string;
  readonly counts: GatewayCounts;
  readonly accounts: number;
  readonly free: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly perSecond: readonly number[];
  /** When the next request can be made (ms since the epoch); null when that cannot be said. */
  readonly nextAt: number | null;
}

/** What K2Think keeps open in the host: the rotation over its accounts, and the doors to it. */
export interface K2ThinkService extends PluginService, CallDependencies {
  readonly answers: Answers;
  /** Opens the gateway on a port, or joins the one that is open there. `close` ends it with the last who asked for it. */
  listen(port?: number): Promise<{ readonly url: string; close(): Promise<void> }>;
  stats(): GatewayStats;
  troubles(): readonly Trouble[];
  reset(): Promise<void>;
}

/** The rotation as the settings have it: sign-ins never faster than their own, more careful limits. */
export function rotationSettings(config: Config): RotationSettings {
  const { limit, cooldownMs } = limitsOf(config);
  const { signInRateLimit, signInCooldownMs } = config;
  return {
    strategy: config.rotationStrategy,
    limits: {
      limit,
      cooldownMs,
      windowMs: config.rateLimitWindowMs,
      maxConcurrent: config.maxConcurrentPerAccount,
      maxRestMs: config.maxCooldownMs,
      ...(config.tokensPerMinute > 0 && { tokensPerMinute: config.tokensPerMinute }),
    },
    limitsFor: (account) => {
      const { kind, rateLimit } = account.data as Partial<Account>;
      const own = rateLimit ?? limit;
      if (kind !== 'sign-in') return rateLimit === undefined ? undefined : { limit: own };
      return { limit: rateLimit ?? Math.min(limit, signInRateLimit), cooldownMs: Math.max(cooldownMs, signInCooldownMs) };
    },
    maxWaiting: config.maxWaiting,
  };
}

const open: OpenService<Config, Account, K2ThinkService> = async (context) => {
  // Asked for several times by each request.
  let current = context.config();
  const config = (): Config => current;
  const now = (): number => context.now();
  const rotation = await context.openRotation(rotationSettings(config()));
  const upstream = createUpstream();
  const log = createGatewayLog();
  const bases = { 'api-key': createBase('api-key', config, now), 'sign-in': createBase('sign-in', config, now) };
  const credentials = createCredentials({ webUrl: () => config().webUrl, fetch: context.fetch, now });
  const door = createDoor({ authorize: (token) => context.authorize(token), now });
  const servers = new Map<number, { readonly server: Promise<GatewayServer>; holders: number }>();
  const urls = new Map<number, string>();
  let anyPort = 0;
  const limits = createLimitHeaders({ rotation, now });

  const stats = (): GatewayStats => {
    const { accounts, free, inFlight, waiting, perSecond } = rotation.totals();
    return {
      urls: [...urls.values()],
      strategy: rotation.settings.strategy,
      counts: log.counts(),
      accounts,
      free,
      inFlight,
      waiting,
      perSecond,
      nextAt: rotation.nextAt(),
    };
  };
  const reset = async (): Promise<void> => {
    await rotation.reset();
    limits.forget();
  };
  const deps: CallDependencies = {
    rotation,
    credentials,
    upstream,
    bases,
    log,
    config,
    now,
    random: () => context.random(),
    sleep: (ms, signal) => context.sleep(ms, signal),
    limitHeaders: limits.read,
    suspects: new Set(),
  };
  const answers = createAnswers({ ...deps, models: createModels(deps), stats: () => stats() as unknown as Json, reset });
  const complain = (thrown: unknown): void =>
    context.event({ type: 'gateway.failed', level: 'error', message: thrown instanceof Error ? thrown.message : String(thrown) });

  const listen: K2ThinkService['listen'] = async (port = config().gatewayPort) => {
    const known = port === 0 ? undefined : servers.get(port);
    const entry = known ?? {
      server: openGatewayServer({ port, door, answers, maxBodyBytes: () => config().maxBodyBytes, complain }),
      holders: 0,
    };
    entry.holders += 1;
    // Each that asks for any free port gets one of its own.
    const place = port === 0 ? (anyPort -= 1) : port;
    servers.set(place, entry);
    let server: GatewayServer;
    try {
      server = await entry.server;
    } catch (thrown) {
      servers.delete(place);
      throw thrown;
    }
    urls.set(place, server.url);
    if (!known) context.event({ type: 'gateway.opened', level: 'info', message: `The gateway listens at ${server.url}` });
    let closed = false;
    return {
      url: server.url,
      async close() {
        if (closed) return;
        closed = true;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        servers.delete(place);
        urls.delete(place);
        await server.close(CLOSE_MS);
        context.event({ type: 'gateway.closed', level: 'info', message: `The gateway at ${server.url} is closed` });
      },
    };
  };

  /** The gateway that the settings ask for. */
  let own: { readonly port: number; readonly opened: ReturnType<typeof listen> } | undefined;
  const follow = async ({ gatewayAtStart, gatewayPort }: Config): Promise<void> => {
    const wanted = gatewayAtStart ? gatewayPort : undefined;
    if (own?.port === wanted) return;
    const before = own;
    own = undefined;
    await before?.opened.then(
      ({ close }) => close(),
      () => undefined,
    );
    if (wanted === undefined || context.signal.aborted) return;
    const mine = { port: wanted, opened: listen(wanted) };
    own = mine;
    mine.opened.catch((thrown: unknown) => {
      // The next change of settings tries again.
      if (own === mine) own = undefined;
      complain(thrown);
    });
  };
  let following: Promise<void> = Promise.resolve();
  const settings = context.config$.subscribe((changed) => {
    current = changed;
    rotation.configure(rotationSettings(changed));
    following = following.then(() => follow(changed)).catch(complain);
  });

  return {
    ...deps,
    answers,
    listen,
    urls: () => [...urls.values()],
    stats,
    troubles: () => log.troubles(),
    reset,
    async close() {
      settings.unsubscribe();
      await following;
      const opened = await Promise.allSettled([...servers.values()].map(({ server }) => server));
      await Promise.all(opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close(CLOSE_MS)] : [])));
      servers.clear();
      urls.clear();
      await upstream.close();
    },
  };
};

export default open;

/** The account that is meant, by id or name. NOT_FOUND. */
export function findFigure(service: K2ThinkService, reference: string): { readonly id: string; readonly label: string } {
  const found = service.rotation.figures().filter(({ id, label }) => id === reference || label === reference);
  const [one] = found;
  if (one && found.length === 1) return one;
  throw new MusterError(
    'NOT_FOUND',
    `No account in rotation is called "${reference}"; one that is paused, refused or busy cannot be tested.`,
  );
}
