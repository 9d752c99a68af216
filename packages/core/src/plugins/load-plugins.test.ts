import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { definePlugin, secret } from '@muster/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryStore } from '../adapters/memory-store.ts';
import type { Store } from '../ports/store.ts';
import { createRedactor } from '../events/create-redactor.ts';
import type { Redactor } from '../events/events.ts';
import { testEvents, testVault, type TestVault } from '../testing/roster-things.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { loadPlugins, type LoadedPlugins, type LoadPluginsOptions } from './load-plugins.ts';
import { resealTexts } from '../vault/sealed-text.ts';
import { SETTINGS } from './plugin-settings.ts';

const shape = (
  id: string,
): string => `{ id: '${id}', title: 'The ${id}', config: schema, account: schema, identity: [['name']], label: () => '',
  statuses: {}, actions: {}, pluginActions: {}, exports: {} }`;
const plain = (id: string): string =>
  `const schema = { shape: {}, safeParse: (data) => ({ success: true, data }) };\nexport default ${shape(id)};\n`;

let folder: string;
let store: Store;
let events: ReturnType<typeof testEvents>;
let vault: TestVault;
let redactor: Redactor;
let plugins: LoadedPlugins | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-plugins-'));
  store = await openMemoryStore({ collections: [SETTINGS] });
  events = testEvents();
  vault = testVault();
  redactor = createRedactor();
});
afterEach(async () => {
  plugins?.close();
  plugins = undefined;
  await rm(folder, { recursive: true });
});

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const writePackage = async (name: string, code: string, more: Record<string, unknown> = {}): Promise<void> => {
  const manifest = {
    name,
    version: '2.1.0',
    type: 'module',
    muster: { plugin: './index.js' },
    engines: { muster: '^0.1' },
    ...more,
  };
  await write(`plugins/${name}/package.json`, JSON.stringify(manifest));
  await write(`plugins/${name}/index.js`, code);
};
const load = async (more: Partial<LoadPluginsOptions> = {}): Promise<LoadedPlugins> => {
  plugins = await loadPlugins({
    directories: { data: join(folder, 'plugins') },
    coreVersion: '0.1.4',
    store,
    events,
    vault,
    redactor,
    clock: createTestClock(),
    ...more,
  });
  return plugins;
};
const reasons = (loaded: LoadedPlugins): Record<string, string | null> =>
  Object.fromEntries(loaded.list().map(({ id, reason }) => [id, reason]));

describe('finding and loading', () => {
  it('loads packages and lone files, and lists what they are', async () => {
    await writePackage('alpha', plain('alpha'));
    await write('plugins/beta.mjs', plain('beta'));
    await write('plugins/notes.txt', 'not a plugin');
    await write('plugins/empty/readme', 'nor this');
    const loaded = await load();
    expect(loaded.list()).toEqual([
      { id: 'alpha', title: 'The alpha', version: '2.1.0', source: 'data', state: 'loaded', reason: null },
      { id: 'beta', title: 'The beta', version: '0.0.0', source: 'data', state: 'loaded', reason: null },
    ]);
    expect(loaded.loaded().map(({ id }) => id)).toEqual(['alpha', 'beta']);
  });

  it('has none when no directory is there', async () => {
    expect((await load()).list()).toEqual([]);
  });

  it('lists a broken plugin with its reason, loads the others, and says so in the log', async () => {
    await writePackage('a-throws', 'throw new Error("no such thing as luck");');
    await writePackage('b-text', 'export default "hello";');
    await writePackage('c-none', 'export const plugin = 1;');
    await writePackage('d-syntax', 'export default {');
    await writePackage('e-missing', '', { muster: { plugin: './dist/index.js' } });
    await writePackage('f-outside', '', { muster: { plugin: '../../evil.js' } });
    await writePackage('g-import', 'import "./nothing.js";');
    await writePackage('h-throws-text', 'throw "just words";');
    await write('plugins/i-json/package.json', '{ "name": ');
    await write('plugins/j-shape/package.json', '{ "muster": 7 }');
    await writePackage('k-good', plain('good'));
    const loaded = await load();
    const why = reasons(loaded);
    expect(why['a-throws']).toBe('no such thing as luck');
    expect(why['b-text']).toMatch(/is a string/);
    expect(why['c-none']).toMatch(/no default export/);
    expect(why['d-syntax']).not.toBeNull();
    expect(why['e-missing']).toMatch(/does not exist. Build the plugin/);
    expect(why['f-outside']).toMatch(/outside of the plugin's folder/);
    expect(why['g-import']).toMatch(/nothing.js/);
    expect(why['h-throws-text']).toBe('just words');
    expect(why['i-json']).toMatch(/is not JSON/);
    expect(why['j-shape']).toMatch(/muster/);
    expect(why['good']).toBeNull();
    expect(loaded.list().filter(({ state }) => state === 'broken')).toHaveLength(10);
    expect(events.all.filter(({ type }) => type === 'plugin.not-loaded')).toHaveLength(10);
    expect(() => loaded.get('a-throws')).toThrow(expect.objectContaining({ code: 'PLUGIN_BROKEN' }));
  });

  it('runs no code of an incompatible plugin, nor of one that is switched off', async () => {
    const loud = 'globalThis.musterPluginRan = true;';
    await writePackage('newer', loud, { engines: { muster: '^2' } });
    await writePackage('silent', loud, { engines: {} });
    await writePackage('odd', loud, { engines: { muster: 'lots' } });
    await writePackage('off', loud);
    const loaded = await load({ config: { disabled: ['off'] } });
    expect(loaded.list().map(({ id, state }) => [id, state])).toEqual([
      ['newer', 'incompatible'],
      ['odd', 'incompatible'],
      ['off', 'disabled'],
      ['silent', 'incompatible'],
    ]);
    expect(reasons(loaded)['newer']).toBe('It works with muster ^2, and this is 0.1.4. Take another version of one of them.');
    expect('musterPluginRan' in globalThis).toBe(false);
    expect(() => loaded.get('newer')).toThrow(expect.objectContaining({ code: 'PLUGIN_INCOMPATIBLE' }));
  });

  it('refuses a second plugin of the same id', async () => {
    await writePackage('one', plain('same'));
    await writePackage('two', plain('same'));
    const loaded = await load();
    expect(loaded.list().map(({ state }) => state)).toEqual(['loaded', 'broken']);
    expect(loaded.list()[1]?.reason).toMatch(/Another plugin has the id "same"/);
  });

  it('gives up on one that is not loaded in time', async () => {
    await writePackage('slow', 'await new Promise(() => undefined);');
    const clock = createTestClock();
    const loading = load({ clock, loadTimeoutMs: 1_000 });
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1_000);
    expect(reasons(await loading)['slow']).toMatch(/not loaded within 1 s/);
  });

  it('finds packages that the settings name', async () => {
    await write(
      'plugins/node_modules/muster-plugin-gamma/package.json',
      JSON.stringify({ name: 'muster-plugin-gamma', type: 'module', muster: { plugin: 'i.js' }, engines: { muster: '*' } }),
    );
    await write('plugins/node_modules/muster-plugin-gamma/i.js', plain('gamma'));
    const loaded = await load({ config: { packages: ['muster-plugin-gamma', 'muster-plugin-none'] } });
    expect(loaded.list().map(({ id, source, state }) => [id, source, state])).toEqual([
      ['gamma', 'config', 'loaded'],
      ['muster-plugin-none', 'config', 'broken'],
    ]);
  });

  it('names the nearest id for one that there is not', async () => {
    await writePackage('pokepool', plain('pokepool'));
    const loaded = await load();
    expect(() => loaded.get('pokepol')).toThrow(/Did you mean "pokepool"\?/);
    expect(() => loaded.get('zzzzzzzzzz')).toThrow(/There are: pokepool/);
  });
});

it('tells of a path that another plugin answers already', async () => {
  const answering = (id: string, path: string) =>
    definePlugin({
      id,
      title: id,
      config: z.object({}),
      account: z.object({ name: z.string() }),
      identity: [['name']],
      http: {
        routes: { look: { method: 'GET', path, summary: 'looks', scopes: ['read'] } },
        load: async () => ({ default: { look: async () => new Response() } }),
      },
    });
  const loaded = await load({
    given: [answering('one', '/look/{id}'), answering('two', '/look/{name}'), answering('three', '/see')],
  });
  expect(loaded.list().map(({ id, state, reason }) => [id, state, reason?.slice(0, 60) ?? null])).toEqual([
    ['one', 'loaded', null],
    ['two', 'loaded', '"one", which was loaded first, answers GET /look/{name}; her'],
    ['three', 'loaded', null],
  ]);
  expect(events.all).toMatchObject([{ level: 'warn', type: 'plugin.path-taken', plugin: 'two' }]);
});

describe('settings', () => {
  const given = [
    definePlugin({
      id: 'test',
      title: 'Test',
      config: z.object({ limit: z.int().min(1).default(5), url: z.url().optional() }),
      account: z.object({ name: z.string() }),
      identity: [['name']],
    }),
  ];

  it('are the defaults until they are changed, and survive a restart', async () => {
    const first = await load({ given });
    expect(first.config('test')).toEqual({ limit: 5 });
    await first.configure('test', { limit: 9, url: 'https://example.org' }, 'local');
    await first.configure('test', { url: null }, 'local');
    expect(first.config('test')).toEqual({ limit: 9 });
    expect(events.all.at(-1)).toMatchObject({ level: 'audit', type: 'plugin.configured', actor: 'local' });
    first.close();
    expect((await load({ given })).config('test')).toEqual({ limit: 9 });
  });

  it('may be null where the schema has null as a value', async () => {
    const resting = definePlugin({
      id: 'test',
      title: 'Test',
      config: z.object({ restMs: z.int().nullable().default(5), limit: z.int().default(7) }),
      account: z.object({ name: z.string() }),
      identity: [['name']],
    });
    const first = await load({ given: [resting] });
    await first.configure('test', { restMs: null, limit: null }, 'local');
    expect(first.config('test')).toEqual({ restMs: null, limit: 7 });
    first.close();
    expect((await load({ given: [resting] })).config('test')).toEqual({ restMs: null, limit: 7 });
  });

  it('are refused when they do not fit, and stay as they were', async () => {
    const loaded = await load({ given });
    await expect(loaded.configure('test', { limit: 0 }, 'local')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('limit') as string,
    });
    await expect(loaded.configure('test', { limits: 1 }, 'local')).rejects.toThrow(/did you mean "limit"/);
    await expect(
      loaded.configure('test', JSON.parse('{"__proto__": 1}') as Record<string, unknown>, 'local'),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(loaded.config('test')).toEqual({ limit: 5 });
  });

  it('that do not fit a newer plugin are left out, with a warning', async () => {
    await store.commit([
      { insert: 'settings', document: { id: 'plugin/test', values: { limit: 'many', url: 'https://example.org' } } as never },
    ]);
    const loaded = await load({ given });
    expect(loaded.config('test')).toEqual({ limit: 5, url: 'https://example.org' });
    expect(events.all).toMatchObject([{ level: 'warn', type: 'plugin.settings-ignored' }]);
  });

  it('show addresses and commands without the credentials in them, and keep those when what was shown comes back', async () => {
    const text = z.string().optional();
    const config = z.object({ url: text, proxy: text, command: z.array(z.string()).default([]), limit: z.int().default(5) });
    const given = [
      definePlugin({ id: 'test', title: 'Test', config, account: z.object({ name: z.string() }), identity: [['name']] }),
    ];
    const whole = {
      url: 'https://example.org/check?api_key=hush-1&a=1',
      proxy: 'http://ann:hush-2@127.0.0.1:8',
      command: ['curl', '-H', 'Authorization: Bearer hush-3-and-more'],
    };
    const loaded = await load({ given });
    await loaded.configure('test', whole, 'local');
    const shown = loaded.shown('test') ?? {};
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(shown).toMatchObject({ url: 'https://example.org/check?api_key=‹secret›&a=1', limit: 5 });
    await loaded.configure('test', { ...shown, limit: 6 }, 'local');
    expect(loaded.config('test')).toEqual({ ...whole, limit: 6 });
    const other = { url: 'https://example.org/other?api_key=‹secret›' };
    await expect(loaded.configure('test', other, 'local')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  describe('that are secret', () => {
    const sealed = [
      definePlugin({
        id: 'test',
        title: 'Test',
        config: z.object({ limit: z.int().default(5), key: secret(z.string().min(3)), note: secret(z.string()).optional() }),
        account: z.object({ name: z.string() }),
        identity: [['name']],
      }),
    ];
    const stored = async (): Promise<string> => JSON.stringify(await store.list('settings'));

    it('are sealed in the store, masked for people, and told in no event', async () => {
      const first = await load({ given: sealed });
      expect(first.shown('test')).toBeNull();
      expect(() => first.config('test')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
      await first.configure('test', { key: 'hush-hush', limit: 6 }, 'local');
      expect(first.config('test')).toEqual({ key: 'hush-hush', limit: 6 });
      expect(first.shown('test')).toEqual({ key: '‹secret›', limit: 6 });
      expect(await stored()).not.toContain('hush');
      expect(JSON.stringify(events.all)).not.toContain('hush');
      expect(redactor.redact('it is hush-hush')).toBe('it is ‹secret›');
      first.close();
      const second = await load({ given: sealed });
      expect(second.config('test')).toEqual({ key: 'hush-hush', limit: 6 });
    });

    it('stay when others change or the mask comes back, are checked like all, and can be taken away', async () => {
      const loaded = await load({ given: sealed });
      await loaded.configure('test', { key: 'hush-hush', note: 'psst' }, 'local');
      await loaded.configure('test', { key: '‹secret›', limit: 7 }, 'local');
      expect(loaded.config('test')).toEqual({ key: 'hush-hush', note: 'psst', limit: 7 });
      await expect(loaded.configure('test', { key: 'x' }, 'local')).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(loaded.configure('test', { key: null }, 'local')).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await loaded.configure('test', { note: null }, 'local');
      expect(loaded.shown('test')).toEqual({ key: '‹secret›', limit: 7 });
    });

    it('need the vault to be open', async () => {
      const loaded = await load({ given: sealed });
      await loaded.configure('test', { key: 'hush-hush' }, 'local');
      vault.lock();
      expect(() => loaded.config('test')).toThrow(expect.objectContaining({ code: 'VAULT_LOCKED' }));
      expect(loaded.shown('test')).toEqual({ key: '‹secret›', limit: 5 });
      await expect(loaded.configure('test', { limit: 7 }, 'local')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
      loaded.close();
      const again = await load({ given: sealed });
      expect(again.shown('test')).toEqual({ key: '‹secret›', limit: 5 });
      await vault.unlock({ passphrase: 'x' });
      expect(again.config('test')).toEqual({ key: 'hush-hush', limit: 5 });
    });

    it('are sealed anew with a new key, and sealed at last where they once stood in the open', async () => {
      await store.commit([{ insert: 'settings', document: { id: 'plugin/test', values: { key: 'once-open' } } as never }]);
      const loaded = await load({ given: sealed });
      expect(await stored()).not.toContain('once-open');
      expect(loaded.config('test')).toMatchObject({ key: 'once-open' });
      await vault.rotate();
      expect(await resealTexts({ store, vault }, [{ name: 'settings' }])).toBe(1);
      await loaded.configure('test', { limit: 8 }, 'local');
      expect(await resealTexts({ store, vault }, [{ name: 'settings' }])).toBe(0);
      loaded.close();
      expect((await load({ given: sealed })).config('test')).toEqual({ key: 'once-open', limit: 8 });
    });
  });
});
