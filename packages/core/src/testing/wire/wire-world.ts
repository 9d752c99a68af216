import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin, SessionState } from '@muster/sdk';
import type { Core, CoreOptions } from '../../core.ts';
import { createCore } from '../../create-core.ts';
import type { SessionPolicy } from '../../sessions/session-policy.ts';
import type { SessionView } from '../../sessions/sessions.ts';
import type { MusterEvent } from '../../events/event.ts';
import { createTestClock, type TestClock } from '../test-clock.ts';
import { wirePlugin } from './wire-plugin.ts';
import { openWireServer, type WireServer } from './wire-server.ts';

/** The whole core on a temporary folder, with accounts of the wire plugin, a real server for them, and time that is turned. */
export interface WireWorld extends AsyncDisposable {
  readonly directory: string;
  readonly server: WireServer;
  readonly clock: TestClock;
  readonly core: Core;
  /** By name. */
  readonly ids: Readonly<Record<string, string>>;
  session(name: string): SessionView | undefined;
  open(name: string, input?: Record<string, boolean>): Promise<SessionView>;
  close(name: string): Promise<void>;
  /** Turns time a little at a time until the session is in this state. */
  see(name: string, state: SessionState): Promise<SessionView>;
  until(condition: () => boolean | Promise<boolean>, what?: string): Promise<void>;
  /** Ends the core and opens it again on the same folder. */
  restart(): Promise<void>;
  /** Types of what is in the log, oldest first. */
  events(type?: string): Promise<readonly MusterEvent[]>;
}

export interface WireWorldOptions {
  readonly names?: readonly string[];
  readonly plugin?: Plugin;
  readonly config?: Readonly<Record<string, number>>;
  readonly policy?: Partial<SessionPolicy>;
  /** Of config.json. */
  readonly sessions?: Readonly<Record<string, number>>;
}

const NO_KEYS = { env: {}, keychain: () => Promise.resolve(undefined) } as unknown as NonNullable<CoreOptions['vault']>;
const STEP_MS = 250;
const LIMIT_MS = 30_000;

export async function openWireWorld(options: WireWorldOptions = {}): Promise<WireWorld> {
  const { names = ['ann'], plugin = wirePlugin(), policy = {}, config = {}, sessions = {} } = options;
  const directory = await mkdtemp(join(tmpdir(), 'muster-wire-'));
  const server = await openWireServer();
  const clock = createTestClock();
  await writeFile(join(directory, 'config.json'), JSON.stringify({ sessions }));
  const openCore = (): Promise<Core> =>
    createCore({ directory, plugins: { given: [plugin] }, vault: NO_KEYS, sessionPolicy: policy, overrides: { clock } });
  let core = await openCore();
  await core.plugins.configure('wire', { port: server.port, ...config }, 'test');
  await core.start();
  const ids: Record<string, string> = {};
  for (const name of names) ids[name] = (await core.accounts.add('wire', { name }, 'test')).id;
  const idOf = (name: string): string => ids[name] ?? name;

  const world: WireWorld = {
    directory,
    server,
    clock,
    get core() {
      return core;
    },
    ids,
    session: (name) => core.sessions.get(idOf(name)),
    open: (name, input) => core.sessions.open(idOf(name), { actor: 'test', ...(input && { input }) }),
    close: (name) => core.sessions.close(idOf(name), { actor: 'test' }),
    async see(name, state) {
      await world.until(() => world.session(name)?.state === state, `${name} is ${state}`);
      return world.session(name) as SessionView;
    },
    async until(condition, what = 'it') {
      const from = performance.now();
      while (!(await condition())) {
        if (performance.now() - from > LIMIT_MS) throw new Error(`It did not come true that ${what}.`);
        await clock.advance(STEP_MS);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    async restart() {
      await core.stop();
      core = await openCore();
      await core.start();
    },
    async events(type) {
      const all = await core.events.query({ limit: 1_000 });
      return type === undefined ? all : all.filter((event) => event.type === type);
    },
    async [Symbol.asyncDispose]() {
      await core.stop();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}
