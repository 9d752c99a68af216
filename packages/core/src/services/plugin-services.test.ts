import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, MusterError, secret, type Plugin, type PluginService, type ServiceContext } from '@muster/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { createCore } from '../create-core.ts';

const Config = z.object({ port: z.int().optional(), size: z.int().default(1) });
const Person = z.object({ name: z.string(), password: secret(z.string()).optional(), city: z.string().optional() });
type Context = ServiceContext<z.output<typeof Config>, z.output<typeof Person>>;

interface Farm extends PluginService {
  readonly context: Context;
}

const plugin = (open: (context: Context) => Promise<PluginService>, id = 'farm'): Plugin =>
  definePlugin({
    id,
    title: 'Farm',
    config: Config,
    account: Person,
    identity: [['name']],
    statuses: { fine: 'ready', blocked: 'failed', limited: 'cooling' },
    actions: { greet: { title: 'Greet', input: z.object({ word: z.string().default('hi') }), run: async () => null } },
    pluginActions: {
      ask: {
        title: 'Ask',
        input: z.object({}),
        run: async (ctx) => ({ at: (await ctx.service<Farm>()).context.directory }),
      },
    },
    service: { atStart: ({ port }) => port !== undefined, load: async () => ({ default: open }) },
  });

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}

describe('the service of a plugin', () => {
  let directory: string;
  let core: Core;
  const log: string[] = [];
  const service = (context: Context, close = async () => void log.push('closed')): Farm => ({ context, close });
  const open = async (given: Plugin, storeKind: 'memory' | 'lowdb' = 'memory'): Promise<Core> => {
    core = await createCore({ directory, storeKind, plugins: { given: [given] } });
    await core.start({ authorize: async (token) => (token === 'good' ? { actor: 'ann' } : undefined) });
    return core;
  };

  beforeEach(async () => {
    log.length = 0;
    directory = await mkdtemp(join(tmpdir(), 'muster-services-'));
  });
  afterEach(async () => {
    await core.stop(0);
    await rm(directory, { recursive: true });
  });

  it('is opened once, by the first who asks, and shared by tasks and others', async () => {
    const gate = Promise.withResolvers<void>();
    await open(
      plugin(async (context) => {
        log.push('open');
        await gate.promise;
        return service(context);
      }),
    );
    const asked = Array.from({ length: 5 }, () => core.pluginServices.open<Farm>('farm'));
    gate.resolve();
    const [first, ...others] = await Promise.all(asked);
    expect(others.every((other) => other === first)).toBe(true);
    const { id } = await core.jobs.start({ plugin: 'farm', action: 'ask', input: {}, actor: 'test' });
    await until(async () => (await core.jobs.get(id)).endedAt !== null);
    expect((await core.jobs.get(id)).output).toEqual({ at: join(directory, 'plugin-data', 'farm') });
    expect((await stat(join(directory, 'plugin-data', 'farm'))).mode & 0o777).toBe(0o700);
    expect(log).toEqual(['open']);
  });

  it('that could not be opened is tried again by the next who asks', async () => {
    let tries = 0;
    const signals: AbortSignal[] = [];
    await open(
      plugin(async (context) => {
        signals.push(context.signal);
        if ((tries += 1) === 1) throw new Error('the port is taken');
        return service(context);
      }),
    );
    const [left, right] = await Promise.allSettled([core.pluginServices.open('farm'), core.pluginServices.open('farm')]);
    expect([left, right]).toMatchObject([
      { reason: { message: 'the port is taken' } },
      { reason: { message: 'the port is taken' } },
    ]);
    expect(core.pluginServices.status('farm')).toEqual({ state: 'failed', why: 'the port is taken' });
    const again = core.pluginServices.open('farm');
    await turn();
    await again;
    expect(core.pluginServices.status('farm')).toEqual({ state: 'open', why: null });
    expect(tries).toBe(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('is open from the start when the settings say so, and when they come to say so', async () => {
    await open(plugin(async (context) => service(context)));
    await turn();
    const opened = async (): Promise<boolean> =>
      (await core.events.query({})).some(({ type, plugin: of }) => type === 'service.opened' && of === 'farm');
    expect(await opened()).toBe(false);
    await core.plugins.configure('farm', { port: 80 }, 'test');
    await until(opened);
  });

  it('that is open from the start may start jobs at once', async () => {
    const given = plugin(async (context) => {
      await context.jobs.start('ask', {});
      return service(context);
    });
    const first = await open(given, 'lowdb');
    await first.plugins.configure('farm', { port: 80 }, 'test');
    await until(async () => (await first.jobs.list()).total === 1);
    await first.stop();
    const second = await open(given, 'lowdb');
    await until(async () => (await second.jobs.list()).total === 2);
    expect(await second.pluginServices.open<Farm>('farm')).toBeDefined();
  });

  it('that cannot be opened at the start is told of and stops nobody', async () => {
    await open(plugin(() => Promise.reject(new MusterError('CONFLICT', 'The port 80 is taken.'))));
    await core.plugins.configure('farm', { port: 80 }, 'test');
    await until(async () => (await core.events.query({})).some(({ type }) => type === 'service.not-opened'));
    const told = (await core.events.query({})).find(({ type }) => type === 'service.not-opened');
    expect(told).toMatchObject({ level: 'error', message: expect.stringContaining('The port 80 is taken.') as string });
  });

  it('ends before the store: signalled, closed, and left to itself after the grace', async () => {
    await open(
      plugin(async (context) => {
        context.signal.addEventListener('abort', () => log.push('signalled'));
        return service(context, async () => {
          await context.records('note').commit([{ put: { key: 'last', group: '', at: 1, data: 'words' } }]);
          log.push('closed');
        });
      }),
      'lowdb',
    );
    await core.pluginServices.open('farm');
    await core.stop();
    expect(log).toEqual(['signalled', 'closed']);
    await expect(core.pluginServices.open('farm')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await open(
      plugin(async (context) => service(context, () => new Promise(() => undefined))),
      'lowdb',
    );
    const { context } = await core.pluginServices.open<Farm>('farm');
    expect((await context.records('note').get('last'))?.data).toBe('words');
    await core.stop(20);
    expect(context.signal.aborted).toBe(true);
  });

  it('without a close, and a plugin without a service, are refused', async () => {
    await open(plugin(async () => ({}) as PluginService));
    await expect(core.pluginServices.open('farm')).rejects.toMatchObject({ code: 'PLUGIN_BROKEN' });
    await expect(core.pluginServices.open('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('has of the host', () => {
    let context: Context;
    beforeEach(async () => {
      await open(plugin(async (given) => service(given)));
      ({ context } = await core.pluginServices.open<Farm>('farm'));
    });

    it('its settings, and every change of them', async () => {
      const sizes: number[] = [];
      const following = context.config$.subscribe(({ size }) => sizes.push(size));
      await core.plugins.configure('farm', { size: 2 }, 'test');
      await core.plugins.configure('farm', { size: 3 }, 'test');
      following.unsubscribe();
      await core.plugins.configure('farm', { size: 4 }, 'test');
      expect(sizes).toEqual([1, 2, 3]);
      expect(context.config()).toEqual({ size: 4 });
    });

    it('its accounts, with secrets within reach, each change audited in its name', async () => {
      const { id } = await context.accounts.add({ name: 'ash', password: 'pika-4444' });
      expect(await (await context.accounts.get(id))?.secret('password')).toBe('pika-4444');
      const edited = await context.accounts.edit(id, { data: { city: 'pallet' }, status: 'blocked', why: 'refused' });
      expect(edited).toMatchObject({ state: 'failed', status: 'blocked', why: 'refused', data: { name: 'ash', city: 'pallet' } });
      expect(await context.accounts.tally()).toEqual([{ state: 'failed', status: 'blocked', count: 1 }]);
      expect(await context.accounts.edit(id, { status: 'fine', why: null })).toMatchObject({ state: 'ready' });
      await context.accounts.setState(id, 'paused');
      // What an operator put away stays away, whatever word a plugin has for it.
      expect(await context.accounts.edit(id, { status: 'fine' })).toMatchObject({ state: 'paused' });
      const { total, accounts } = await context.accounts.list({ where: 'city:pallet', sort: '-name' });
      expect([total, accounts[0]?.label]).toEqual([1, 'ash']);
      await expect(context.accounts.add({ name: 'Ash' })).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { fields: ['name'], account: id },
      });
      await context.accounts.remove(id);
      expect(await context.accounts.get(id)).toBeUndefined();
      await expect(context.accounts.edit(id, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const audited = (await core.events.query({ levels: ['audit'] })).filter(({ actor }) => actor === 'plugin/farm');
      expect(audited.map(({ type }) => type)).toContain('accounts.removed');
      expect(JSON.stringify(await core.events.query({}))).not.toContain('pika-4444');
    });

    it('jobs of its own', async () => {
      const { id } = await context.accounts.add({ name: 'ash' });
      const job = await context.jobs.start('greet', { accounts: [id], input: { word: 'hello' } });
      await until(async () => (await context.jobs.get(job.id))?.endedAt !== null);
      expect(await context.jobs.get(job.id)).toMatchObject({ action: 'greet', state: 'done', total: 1, done: 1, failed: 0 });
      expect((await context.jobs.list({ action: 'greet' })).map((each) => each.id)).toEqual([job.id]);
      expect(await context.jobs.list({ action: 'ask' })).toEqual([]);
      expect(await context.jobs.get('unknown')).toBeUndefined();
      await expect(context.jobs.cancel('unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(context.jobs.start('greet', {})).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(context.jobs.start('greet', { where: '', input: { word: 1 } })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    it('sealed texts, which open for their purpose and never show in the log', async () => {
      const sealed = await context.seal('hush-hush-1', 'message/1');
      expect(sealed).not.toContain('hush');
      expect(await context.unseal(sealed, 'message/1')).toBe('hush-hush-1');
      await expect(context.unseal(sealed, 'message/2')).rejects.toMatchObject({ code: 'VAULT_TAMPERED' });
      await expect(context.seal('x', '')).rejects.toMatchObject({ code: 'BAD_INPUT' });
      context.event({ type: 'message.sent', message: 'sent hush-hush-1', fields: { text: 'hush-hush-1' } });
      await until(async () => (await core.events.query({})).some(({ type }) => type === 'farm.message.sent'));
      const said = (await core.events.query({})).find(({ type }) => type === 'farm.message.sent');
      expect(said).toMatchObject({ level: 'info', plugin: 'farm' });
      expect(JSON.stringify(said)).not.toContain('hush-hush');
      for (const type of ['sent', 'Message.sent', 'a.b.c', '']) {
        expect(() => context.event({ type, message: 'x' })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
      }
      expect(() => context.event({ type: 'a.b', message: 'x', level: 'audit' as 'info' })).toThrow(/no event/);
    });

    it('sealed texts in its records that still open after the key was changed and the old one dropped', async () => {
      const notes = context.records<{ token: string }>('note');
      await notes.commit([{ put: { key: 'a', group: '', at: 1, data: { token: await context.seal('hush', 'a') } } }]);
      const before = await notes.get('a');
      await core.vault.rotate();
      expect(await core.resealTexts()).toBe(1);
      const after = await notes.get('a');
      expect(after?.data.token).not.toBe(before?.data.token);
      expect(await context.unseal(after?.data.token ?? '', 'a')).toBe('hush');
      expect(await core.resealTexts()).toBe(0);
    });

    it('one rotation of requests over its accounts, told of as long as it is open', async () => {
      const { id } = await context.accounts.add({ name: 'ash', password: 'pika-5555' });
      const settings = { strategy: 'round-robin', limits: { limit: 2, windowMs: 60_000, cooldownMs: 0 } } as const;
      await expect(context.openRotation({ ...settings, limits: { ...settings.limits, limit: 0 } })).rejects.toThrow(
        /limits.limit/,
      );
      const rotation = await context.openRotation(settings);
      const slot = await rotation.acquire();
      expect([slot.account.id, await slot.account.secret('password')]).toEqual([id, 'pika-5555']);
      slot.finish({ kind: 'used' });
      await expect(context.openRotation(settings)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(core.pluginServices.rotations().map(({ plugin: of, rotation: open }) => [of, open.totals().served])).toEqual([
        ['farm', 1],
      ]);
      await core.pluginServices.stop(1_000);
      expect(() => rotation.pick()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
      expect(await core.accounts.get(id)).toMatchObject({ uses: 1 });
    });

    it('whose token it is', async () => {
      expect(await context.authorize('good')).toEqual({ actor: 'ann' });
      expect(await context.authorize('bad')).toBeUndefined();
      expect(await context.authorize('')).toBeUndefined();
    });

    it('waits that end with it, or sooner', async () => {
      await context.sleep(0);
      await expect(context.sleep(Number.NaN)).rejects.toMatchObject({ code: 'BAD_INPUT' });
      const own = new AbortController();
      const waiting = context.sleep(1e9, own.signal);
      own.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      const long = context.sleep(1e9).catch((error: unknown) => error);
      await core.stop();
      expect(await long).toMatchObject({ code: 'ABORTED' });
      await expect(context.fetch('http://127.0.0.1:9/')).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
});
