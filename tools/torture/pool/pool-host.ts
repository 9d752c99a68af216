import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore, type Clock } from '@muster/core';
import { startHost, type Host } from '@muster/host';
import pokepool from '@muster/plugin-pokepool';

/** A clock that can be turned forward. Timers go by real time; what is due is looked at by whoever comes next. */
interface TurnedClock extends Clock {
  turn(ms: number): void;
}

function createTurnedClock(): TurnedClock {
  let turned = 0;
  return {
    now: () => Date.now() + turned,
    after(ms, callback) {
      const timer = setTimeout(callback, Math.min(ms, 30_000)).unref();
      return () => clearTimeout(timer);
    },
    turn: (ms) => void (turned += ms),
  };
}

/** The real host with the pool, on TCP, in this process. */
export interface PoolHost extends AsyncDisposable {
  readonly host: Host;
  readonly folder: string;
  readonly turn: (ms: number) => void;
  /** Adds so many accounts of level 30: `user0`, `user1`, … */
  fill(count: number): Promise<void>;
  /** A client as those of PGPool are: it knows a URL with a token in it, and says no type of what it sends. */
  client(scopes: readonly ('read' | 'operate' | 'secrets')[]): Promise<PgpoolClient>;
}

export interface PgpoolClient {
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

export async function openPoolHost(): Promise<PoolHost> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-pool-'));
  const clock = createTurnedClock();
  const host = await startHost({
    directory: join(folder, 'data'),
    version: '0.0.0',
    tcp: '127.0.0.1:0',
    openCore: (directory, collections) =>
      createCore({ directory, collections, plugins: { given: [pokepool] }, overrides: { clock } }),
  });
  let tokens = 0;
  return {
    host,
    folder,
    turn: (ms) => clock.turn(ms),
    async fill(count) {
      const text = Array.from({ length: count }, (_, at) => `ptc,user${at},CaNaRy-${at}\n`).join('');
      const upload = (async function* () {
        yield Buffer.from(text);
      })();
      const query = { options: '{"level":30}' };
      const lines = host.client.stream('importAccounts', { params: { plugin: 'pokepool' }, query }, { upload });
      for await (const line of lines) if (line.kind === 'rejected') throw new Error(line.reason);
    },
    async client(scopes) {
      const body = { name: `client-${++tokens}`, scopes: [...scopes] };
      const { token } = await host.client.call('createToken', { body });
      const headers = { authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` };
      const url = `http://${host.tcp}`;
      return {
        get: (path) => fetch(`${url}${path}`, { headers }),
        post: (path, value) => fetch(`${url}${path}`, { method: 'POST', headers, body: Buffer.from(JSON.stringify(value)) }),
      };
    },
    async [Symbol.asyncDispose]() {
      await host.stop('the test is over');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
