import { definePlugin, MusterError, secret, type Importer, type Plugin } from '@muster/sdk';
import { NEVER, Subject } from 'rxjs';
import { z } from 'zod';
import { ACCOUNTS } from '../accounts/account-record.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { createAccounts } from '../accounts/create-accounts.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { UNTOLD } from '../jobs/pool-history.ts';
import type { MusterEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import { createCircle, type Circle } from '../pool/circle.ts';
import { createPool } from '../pool/create-pool.ts';
import type { Pool } from '../pool/pool.ts';
import type { Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { createPluginParts } from '../services/create-plugin-parts.ts';
import type { PluginParts } from '../services/plugin-parts.ts';
import type { PluginServices } from '../services/plugin-services.ts';
import type { SecretPlace, Vault } from '../vault/vault.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createTestRandom } from './test-random.ts';

const Account = z.object({
  provider: z.enum(['ptc', 'google']).default('ptc'),
  username: z.string().min(1),
  password: secret(z.string().min(1)),
  pin: secret(z.string()).optional(),
  email: z.string().optional(),
  level: z.int().min(0).default(0),
  note: z.string().optional(),
});

/** A line of the file is `username,password,level,email`; a line that starts with `#` is refused. */
const importer: Importer<{ level?: number | undefined }> = async function* read(file, options, signal) {
  yield { kind: 'file', format: 'test', encoding: 'utf-8' };
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  for await (const bytes of file.bytes) {
    signal.throwIfAborted();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      if (text.startsWith('#')) yield { kind: 'rejected', line, reason: 'a comment' };
      else {
        const [username, password, level, email] = text.split(',');
        const rank = level ? Number(level) : options.level;
        yield { kind: 'account', line, data: { username, password, email, ...(rank !== undefined && { level: rank }) } };
      }
    }
  }
};

/** A provider that knows accounts and files, and has no action. */
export const testPlugin: Plugin = definePlugin({
  id: 'test',
  title: 'Test',
  config: z.object({ strategy: z.string().optional() }),
  account: Account,
  identity: [['provider', 'username'], ['email']],
  label: ({ username }) => username,
  rank: 'level',
  statuses: { active: 'ready', limited: 'cooling', banned: 'failed' },
  import: { options: z.object({ level: z.int().optional() }), load: () => Promise.resolve({ default: importer }) },
});

/** Plugins that are simply there. */
export const testPlugins = (config: Record<string, unknown> = {}, plugins: readonly Plugin[] = [testPlugin]): Plugins => ({
  list: () => [],
  get(id) {
    const plugin = plugins.find((each) => each.id === id);
    if (!plugin) throw new MusterError('NOT_FOUND', `There is no plugin "${id}".`);
    return plugin;
  },
  loaded: () => plugins,
  config: () => config,
  shown: () => config,
  configure: () => Promise.resolve(),
  configured$: NEVER,
});

/** A vault whose seal anybody can read; it is bound to its place all the same. */
export interface TestVault extends Vault {
  activeKey: number;
}
export const testVault = (): TestVault => {
  let locked = false;
  const open = (): void => {
    if (locked) throw new MusterError('VAULT_LOCKED', 'The vault is locked.');
  };
  const placeText = ({ provider, accountId, field }: SecretPlace): string => JSON.stringify([provider, accountId, field]);
  const vault: TestVault = {
    activeKey: 1,
    seal(value, place) {
      open();
      return `mv1:${vault.activeKey}:${Buffer.from(JSON.stringify([placeText(place), value])).toString('base64url')}`;
    },
    open(sealed, place) {
      open();
      const [bound, value] = JSON.parse(Buffer.from(sealed.split(':')[2] ?? '', 'base64url').toString() || '[]') as string[];
      if (bound !== placeText(place) || value === undefined) throw new MusterError('VAULT_TAMPERED', 'The seal is broken.');
      return value;
    },
    needsReseal: (sealed) => sealed.split(':')[1] !== String(vault.activeKey),
    status: () => ({
      state: locked ? 'locked' : 'open',
      slots: [],
      activeKey: String(vault.activeKey),
      keys: 1,
      openedBy: null,
      warnings: [],
    }),
    lock: () => void (locked = true),
    unlock: () => Promise.resolve(void (locked = false)),
    rotate: () => Promise.resolve(void (vault.activeKey += 1)),
    addSlot: () => Promise.resolve('slot'),
    removeSlot: () => Promise.resolve(),
    retireKeys: () => Promise.resolve(),
  };
  return vault;
};

/** Events kept in a list. */
export const testEvents = (): Events & { readonly all: MusterEvent[] } => {
  const all: MusterEvent[] = [];
  const event$ = new Subject<MusterEvent>();
  return {
    all,
    record(event) {
      const recorded = { seq: all.length + 1, at: 0, ...event };
      all.push(recorded);
      event$.next(recorded);
      return Promise.resolve();
    },
    query: () => Promise.resolve(all),
    event$,
    get lastSeq() {
      return all.length;
    },
    close: () => Promise.resolve(),
  };
};

export interface Roster {
  readonly store: Store;
  readonly vault: TestVault;
  readonly clock: TestClock;
  readonly random: Random;
  readonly events: ReturnType<typeof testEvents>;
  readonly revealed: string[];
  readonly circle: Circle;
  readonly accounts: Accounts;
  readonly pool: Pool;
}

/** Accounts and a pool over a store in memory (or one that is given), with a clock that stands still. */
export async function openRoster(
  given: {
    readonly store?: Store;
    readonly clock?: TestClock;
    readonly config?: Record<string, unknown>;
    readonly seed?: number;
  } = {},
): Promise<Roster> {
  const store = given.store ?? (await openMemoryStore({ collections: [ACCOUNTS, UNTOLD] }));
  const clock = given.clock ?? createTestClock();
  const random = createTestRandom(given.seed ?? 1);
  const events = testEvents();
  const vault = testVault();
  const plugins = testPlugins(given.config);
  const revealed: string[] = [];
  const redactor: Redactor = {
    add: (value) => void revealed.push(value),
    addForNow: () => () => undefined,
    redact: (value) => value,
  };
  const circle = createCircle({ store });
  const accounts = createAccounts({ store, vault, events, plugins, clock, random, redactor, circle });
  const pool = createPool({ store, events, clock, random, plugins, circle });
  return { store, vault, clock, random, events, revealed, circle, accounts, pool };
}

/** For tests of what needs no service. */
export const NO_SERVICES: PluginServices = {
  open: (plugin) => Promise.reject(new MusterError('UNAVAILABLE', `The plugin "${plugin}" has no service.`)),
  admit: () => undefined,
  start: () => undefined,
  status: () => ({ state: 'closed', why: null }),
  rotations: () => [],
  stop: () => Promise.resolve(),
};

/** What plugin code gets of this roster. There are no jobs. */
export const testParts = (roster: Roster): PluginParts =>
  createPluginParts({
    ...roster,
    plugins: testPlugins(),
    redactor: { add: () => undefined, addForNow: () => () => undefined, redact: (value) => value },
    jobs: () => {
      throw new MusterError('UNAVAILABLE', 'There are no jobs here.');
    },
    services: () => NO_SERVICES,
    proxies: { hold: () => ({ lease: async () => undefined, giveBack: async () => undefined, end: () => undefined }) },
  });

/** A file of these lines, in pieces of `size` bytes. */
export const fileOf = (lines: readonly string[], size = 65_536): { name: string; bytes: AsyncIterable<Uint8Array> } => ({
  name: 'accounts.csv',
  bytes: (async function* pieces() {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })(),
});

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
