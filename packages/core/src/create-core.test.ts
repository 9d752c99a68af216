import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, type Plugin } from '@muster/sdk';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AccountRecord } from './accounts/account-record.ts';
import type { Core, CoreOptions } from './core.ts';
import { createCore } from './create-core.ts';
import type { LeaseRef } from './pool/pool.ts';
import { collect, fileOf, testPlugin } from './testing/roster-things.ts';

let directory: string;
let core: Core | undefined;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'muster-core-')), 'data');
});
afterEach(async () => {
  await core?.stop();
  core = undefined;
  await rm(join(directory, '..'), { recursive: true });
});

const noKeychain = { env: {}, keychain: () => Promise.resolve(undefined) } as unknown as NonNullable<CoreOptions['vault']>;
const open = async (more: Partial<CoreOptions> = {}): Promise<Core> => {
  core = await createCore({ directory, plugins: { given: [testPlugin] }, vault: noKeychain, ...more });
  await core.start();
  return core;
};
const load = (into: Core, lines: readonly string[]): Promise<unknown[]> => {
  const { signal } = new AbortController();
  const options = {
    plugin: 'test',
    file: fileOf(lines),
    options: {},
    dryRun: false,
    onConflict: 'keep',
    actor: 'local',
    signal,
  } as const;
  return collect(into.accounts.import(options));
};
const take = (from: Core, count: number): Promise<AccountRecord[]> =>
  from.pool.lease({ plugin: 'test', count, holder: 'task/gone', ttlMs: 60_000 });
const refOf = ({ id, fence, lease }: AccountRecord): LeaseRef => ({ id, fence, holder: lease?.holder ?? '' });

describe.each(['lowdb', 'sqlite'] as const)('a core on %s', (storeKind) => {
  it('still has everything after a restart: accounts, their secrets, leases, the order of the circle, settings', async () => {
    const first = await open({ storeKind });
    await load(first, ['a,secret-a,30', 'b,secret-b,30', 'c,secret-c,30']);
    await first.plugins.configure('test', { strategy: 'lru' }, 'local');
    const [a, b] = (await take(first, 2)) as [AccountRecord, AccountRecord];
    await first.pool.finish(refOf(a), { kind: 'used' });
    await first.pool.handOut([refOf(b)], { holder: 'owner/map', until: first.clock.now() + 3_600_000 });
    await first.stop();
    await first.stop();

    const second = await open();
    expect((await second.store.status()).kind).toBe(storeKind);
    expect((await second.pool.held('owner/map')).map(({ label }) => label)).toEqual(['b']);
    expect(await second.accounts.reveal(b.id, 'password', 'local')).toBe('secret-b');
    expect(second.plugins.config('test')).toEqual({ strategy: 'lru' });
    expect((await take(second, 5)).map(({ label }) => label)).toEqual(['c', 'a']);
    const types = (await second.events.query({})).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['accounts.imported', 'plugin.configured', 'secret.revealed']));
  });

  it('keeps no secret in the open in any file, and no file open to others', async () => {
    const opened = await open({ storeKind });
    await load(opened, ['a,CANARY-1,30', 'b,CANARY-2,30']);
    const { id } = await opened.accounts.find('a');
    await opened.accounts.reveal(id, 'password', 'local');
    await opened.events.record({ level: 'info', type: 'test.said', message: 'the password is CANARY-1' });
    await opened.stop();
    const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(2);
    const paths = files.map((file) => join(file.parentPath, file.name));
    const inTheOpen = await Promise.all(paths.map(async (path) => (await readFile(path)).includes('CANARY')));
    expect(paths.filter((_, at) => inTheOpen[at])).toEqual([]);
    const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o077));
    expect(paths.filter((_, at) => modes[at] !== 0)).toEqual([]);
  });

  it('goes on with a rotation of the data key', async () => {
    const opened = await open({ storeKind });
    await load(opened, ['a,secret-a,30', 'b,secret-b,30']);
    await opened.vault.rotate();
    expect(await opened.accounts.reseal()).toBe(2);
    expect(await opened.accounts.reseal()).toBe(0);
    expect(await opened.accounts.check()).toEqual({ secrets: 2, problems: [] });
  });
});

describe('a core', () => {
  it('runs an action of a plugin over its accounts', async () => {
    const account = z.object({ name: z.string() });
    const greeter: Plugin = definePlugin({
      id: 'greeter',
      title: 'Greeter',
      config: z.object({ greeting: z.string().default('hello') }),
      account,
      identity: [['name']],
      actions: {
        greet: {
          title: 'Greet',
          input: z.object({}),
          run: (ctx) => Promise.resolve({ said: `${ctx.config.greeting}, ${ctx.account.data.name}` }),
        },
      },
    });
    const opened = await open({ storeKind: 'memory', plugins: { given: [greeter] } });
    await opened.accounts.addAll('greeter', [{ name: 'ash' }, { name: 'misty' }], { actor: 'local' });
    const { id } = await opened.jobs.start({ plugin: 'greeter', action: 'greet', selection: {}, input: {}, actor: 'local' });
    while ((await opened.jobs.get(id)).state !== 'done') await new Promise((resolve) => setImmediate(resolve));
    const { tasks } = await opened.jobs.tasks({ job: id });
    expect(tasks.map(({ output }) => output)).toEqual([{ said: 'hello, ash' }, { said: 'hello, misty' }]);
    expect((await opened.accounts.list({})).accounts.map(({ state, uses }) => [state, uses])).toEqual([
      ['ready', 1],
      ['ready', 1],
    ]);
  });

  it('gives each plugin its own settings, log and accounts', async () => {
    const other = definePlugin({
      id: 'other',
      title: 'Other',
      config: z.object({}),
      account: z.object({ name: z.string() }),
      identity: [['name']],
    });
    const opened = await open({ storeKind: 'memory', plugins: { given: [testPlugin, other] } });
    await opened.accounts.add('other', { name: 'x' }, 'local');
    const scope = opened.scope('test');
    expect(opened.scope('test')).toBe(scope);
    expect(await scope.roster.count()).toBe(0);
    expect(await opened.scope('other').roster.count('label:x')).toBe(1);
    expect((await opened.scope('other').roster.list({})).total).toBe(1);
    await opened.plugins.configure('test', { strategy: 'random' }, 'local');
    expect(scope.config()).toEqual({ strategy: 'random' });
    const said = firstValueFrom(opened.events.event$.pipe(filter(({ type }) => type === 'plugin.said')));
    scope.log('hello', { at: 1 });
    expect(await said).toMatchObject({ message: 'hello', plugin: 'test', fields: { at: 1 } });
    expect(() => opened.scope('none')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('refuses to open an empty store beside the data', async () => {
    await load(await open({ storeKind: 'sqlite' }), ['a,x']);
    await core?.stop();
    await expect(open({ storeKind: 'lowdb' })).rejects.toThrow(/are in a sqlite store.*muster store move lowdb/);
  });

  it.each([
    ['{', /config.json: .*JSON/],
    ['{"store":"oracle"}', /config.json: store: /],
    ['{"plugin":{}}', /config.json: .*plugin/],
  ])('refuses settings that nobody understands: %s', async (text, message) => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'config.json'), text);
    await expect(open()).rejects.toMatchObject({ code: 'DATA_DIR', message: expect.stringMatching(message) as string });
  });

  it('lets go of all that it opened when it cannot be put together', async () => {
    await (await open()).stop();
    await rm(join(directory, '.encryption_key'));
    const strict = { ...noKeychain, allowLocked: false };
    await expect(open({ vault: strict })).rejects.toMatchObject({ code: 'VAULT_NO_KEY' });
    const locked = await open();
    expect(locked.vault.status().state).toBe('locked');
    await expect(load(locked, ['a,x'])).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });
});
