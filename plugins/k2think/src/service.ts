import { MusterError, type Json, type OpenService, type PluginService, type RotationSettings } from '@muster/sdk';
import { createAnswers } from './gateway/answers.ts';
import { createBase } from './gateway/base.ts';
import type { CallDependencies } from './gateway/call.ts';
import { createDoor } from './gateway/door.ts';
import { createGatewayLog, type GatewayCounts, type Trouble } from './gateway/gateway-log.ts';
import { openGatewayServer, type Answers } from './gateway/gateway-server.ts';
import { createGateways, type Gateways, type Holder } from './gateway/gateways.ts';
import { createLimitHeaders } from './gateway/limit-headers.ts';
import { createModels } from './gateway/models.ts';
import { limitsOf, type Account, type Config } from './schemas.ts';
import { createCredentials } from './upstream/credentials.ts';
import { createUpstream } from './upstream/upstream.ts';

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
  /** Opens the gateway on a port, by default that of the settings; see `Gateways`. */
  listen(holder: Holder, port?: number): ReturnType<Gateways['open']>;
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
  const limits = createLimitHeaders({ rotation, now });

  const stats = (): GatewayStats => {
    const { accounts, free, inFlight, waiting, perSecond } = rotation.totals();
    return {
      urls: gateways.urls(),
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

  const gateways = createGateways({
    listen: (port) => openGatewayServer({ port, door, answers, maxBodyBytes: () => config().maxBodyBytes, complain }),
    event: (event) => context.event(event),
  });
  const listen: K2ThinkService['listen'] = (holder, port = config().gatewayPort) => gateways.open(port, holder);

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
    const mine = { port: wanted, opened: listen('settings', wanted) };
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
    urls: gateways.urls,
    stats,
    troubles: () => log.troubles(),
    reset,
    async close() {
      settings.unsubscribe();
      await following;
      await gateways.close();
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
