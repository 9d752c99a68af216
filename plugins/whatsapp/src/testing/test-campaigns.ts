import { setTimeout as wait } from 'node:timers/promises';
import { MusterError, type KnownSession, type ServiceContext } from '@muster/sdk';
import { Campaigns } from '../campaigns/campaigns.ts';
import { Config, type Account } from '../schemas.ts';
import { createMemoryRecords, mortalRecords } from './memory-records.ts';
import { createOutboxWorld, type OutboxWorld } from './test-outbox.ts';

export interface CampaignsWorld {
  readonly numbers: readonly { readonly clientId: string; readonly outbox: OutboxWorld }[];
  config: Config;
  time: number;
  /** Short names whose session is not ready. */
  readonly away: Set<string>;
  readonly errors: string[];
  /** As a host that starts. */
  open(): { readonly campaigns: Campaigns; end(): Promise<void>; kill(): void };
}

/** Campaigns over two numbers, with real outboxes whose pages the test plays. Time passes as they sleep. */
export function createCampaignsWorld(config: Readonly<Record<string, unknown>> = {}): CampaignsWorld {
  const kinds = new Map<string, ReturnType<typeof createMemoryRecords>>();
  const numbers = ['one', 'two'].map((clientId) => ({ clientId, outbox: createOutboxWorld() }));
  const world: CampaignsWorld = {
    numbers,
    config: Config.parse({ quietFrom: '00:00', quietUntil: '00:00', campaignPaceMs: 0, ...config }),
    time: Date.UTC(2026, 0, 1, 12),
    away: new Set(),
    errors: [],
    open() {
      const ends = new AbortController();
      let dead = false;
      const outboxes = new Map(numbers.map((one) => [one.clientId, one.outbox.open()]));
      const session = (account: string): KnownSession | undefined =>
        outboxes.has(account)
          ? ({ account, label: account, state: world.away.has(account) ? 'lost' : 'ready', status: 'x' } as KnownSession)
          : undefined;
      const known = (clientId: string) => ({ id: clientId, data: { clientId } });
      const context = {
        config: () => world.config,
        now: () => world.time,
        async sleep(ms: number, signal: AbortSignal) {
          // With nothing to do it sleeps for long: that is no time that passes for a test.
          world.time += Math.min(ms, 1_000);
          await wait(1, undefined, { signal });
        },
        records(kind: string) {
          const records = kinds.get(kind) ?? createMemoryRecords();
          kinds.set(kind, records);
          return mortalRecords(records, () => dead);
        },
        event: ({ level, message }: { level?: string; message: string }) =>
          void (level === 'error' && world.errors.push(message)),
        accounts: {
          get: async (id: string) => known(id),
          list: async () => ({ total: 2, accounts: numbers.map(({ clientId }) => known(clientId)) }),
        },
        sessions: {
          get: session,
          live(account: string) {
            if (world.away.has(account)) throw new MusterError('SESSION_NOT_READY', 'it is away');
            return { outbox: outboxes.get(account)?.outbox };
          },
        },
      } as unknown as ServiceContext<Config, Account>;
      const campaigns = new Campaigns(context);
      for (const { outbox } of numbers) outbox.followed = (message) => campaigns.follow(message);
      const working = campaigns.run(ends.signal);
      return {
        campaigns,
        async end() {
          ends.abort();
          await working;
          await Promise.all([...outboxes.values()].map((one) => one.end()));
        },
        kill() {
          dead = true;
          for (const one of outboxes.values()) one.kill();
        },
      };
    },
  };
  return world;
}

/** A list of so many people who agreed. */
export const people = (count: number): string =>
  [
    'phone,opt_in,opt_in_source,name',
    ...Array.from({ length: count }, (_unused, at) => `9665011${String(at).padStart(5, '0')},2025-12-01,web form,N${at}`),
  ].join('\n');
