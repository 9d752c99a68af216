import { setTimeout as wait } from 'node:timers/promises';
import { MusterError } from '@muster/sdk';
import { Outbox, type OutboxOptions } from '../messages/outbox.ts';
import type { Outgoing } from '../messages/outgoing.ts';
import { Config } from '../schemas.ts';
import { createMemoryRecords, mortalRecords } from './memory-records.ts';

export interface OutboxWorld {
  /** What the page was handed, in its order. */
  readonly handed: Outgoing[];
  readonly changes: Outgoing[];
  readonly records: ReturnType<typeof createMemoryRecords<Outgoing>>;
  config: Config;
  ready: boolean;
  time: number;
  /** What the page answers; default: an id. */
  answer: (message: Outgoing) => Promise<string>;
  find: (message: Outgoing) => Promise<string | undefined>;
  refusal: string | undefined;
  rests: (message: Outgoing) => boolean;
  /** Told of each change, as the session does. */
  followed: (message: Outgoing) => Promise<void>;
  /** As a session that begins: one outbox at a time. */
  open(): { readonly outbox: Outbox; end(): Promise<void>; kill(): void };
}

/** An outbox with the page played by the test: what is sent, when, and what becomes of it. Time passes as it sleeps. */
export function createOutboxWorld(config: Readonly<Record<string, unknown>> = {}): OutboxWorld {
  const records = createMemoryRecords<Outgoing>();
  const world: OutboxWorld = {
    handed: [],
    changes: [],
    records,
    config: Config.parse({ sendPaceMs: 0, heartbeatMs: 100, ...config }),
    ready: true,
    time: Date.UTC(2026, 0, 1),
    answer: async () => `true_x@c.us_${world.handed.length}`,
    find: async () => undefined,
    refusal: undefined,
    rests: () => false,
    followed: async () => undefined,
    open() {
      const ends = new AbortController();
      let dead = false;
      const options: OutboxOptions = {
        runtime: {
          config: () => world.config,
          records: () => mortalRecords(records, () => dead) as never,
          now: () => world.time,
          async sleep(ms, signal) {
            world.time += ms;
            await wait(1, undefined, { signal });
          },
          event: () => undefined,
        },
        account: 'account-1',
        clientId: 'one',
        signal: ends.signal,
        ready: () => world.ready,
        async send(message) {
          world.handed.push(message);
          return world.answer(message);
        },
        find: (message) => world.find(message),
        refusal: async () => world.refusal,
        rests: (message) => world.rests(message),
        changed(message) {
          if (dead) return;
          world.changes.push(message);
          void world.followed(message);
        },
      };
      const outbox = new Outbox(options);
      const working = outbox.run();
      return {
        outbox,
        async end() {
          ends.abort(new MusterError('ABORTED', 'The session was closed.'));
          await working;
        },
        kill() {
          dead = true;
        },
      };
    },
  };
  return world;
}
