import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wirePlugin } from '../testing/wire/wire-plugin.ts';
import { openWireWorld } from '../testing/wire/wire-world.ts';
import { checkLimits, sessionLimits, sessionUsage } from './session-limits.ts';

const GIB = 1_024 ** 3;
const MIB = 1_024 ** 2;

describe('the limits', () => {
  it('come from the memory of the machine and what the largest kind of session needs', () => {
    const limits = sessionLimits({ launchesAtOnce: 2 }, 8 * GIB, 250 * MIB);
    expect(limits).toEqual({ max: 22, memoryBytes: 5.5 * GIB, launchesAtOnce: 2 });
    expect(sessionLimits({ launchesAtOnce: 2 }, 512 * MIB, 250 * MIB).max).toBe(1);
    expect(sessionLimits({ launchesAtOnce: 2, max: 3, memoryMb: 100 }, 8 * GIB, 250 * MIB)).toMatchObject({
      max: 3,
      memoryBytes: 100 * MIB,
    });
  });

  it('let one session open whatever it needs, and no second one beyond the memory', () => {
    const limits = sessionLimits({ launchesAtOnce: 2, max: 10, memoryMb: 100 }, 8 * GIB, 0);
    expect(() => checkLimits(sessionUsage([], limits), limits, 900 * MIB)).not.toThrow();
    const usage = sessionUsage([{ memoryBytes: 60 * MIB }], limits);
    expect(() => checkLimits(usage, limits, 40 * MIB)).not.toThrow();
    expect(() => checkLimits(usage, limits, 41 * MIB)).toThrow(/60 MB and one more 41 MB, beyond the 100 MB/);
  });
});

describe('sessions', () => {
  it('warn before the number is passed, and refuse beyond it with SESSION_LIMIT', async () => {
    const names = ['ann', 'ben', 'cid', 'dot', 'eve', 'fay'];
    await using world = await openWireWorld({ names, sessions: { max: 5 } });
    world.server.know(...names);
    for (const name of names.slice(0, 3)) await world.open(name);
    expect(await world.events('session.limit-near')).toHaveLength(0);
    for (const name of names.slice(3, 5)) await world.open(name);
    await world.until(async () => (await world.events('session.limit-near')).length > 0);
    await expect(world.open('fay')).rejects.toMatchObject({ code: 'SESSION_LIMIT', details: { open: 5, max: 5 } });
    expect(world.session('fay')).toBeUndefined();
    await world.close('ben');
    await world.open('fay');
    await world.see('fay', 'ready');
    expect(await world.events('session.limit-near')).toHaveLength(1);
  });

  it('of which two ask for the last place at once: one gets it', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben'], sessions: { max: 1 } });
    const both = await Promise.allSettled([world.open('ann'), world.open('ben')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('beyond a limit that was lowered wait after a restart, the last that was opened, until another is closed', async () => {
    const names = ['ann', 'ben', 'cid'];
    await using world = await openWireWorld({ names });
    world.server.know(...names);
    for (const name of names) {
      await world.clock.advance(10);
      await world.open(name);
      await world.see(name, 'ready');
    }
    await writeFile(join(world.directory, 'config.json'), JSON.stringify({ sessions: { max: 2 } }));
    await world.restart();
    await world.see('ann', 'ready');
    await world.see('ben', 'ready');
    expect(world.session('cid')).toMatchObject({ state: 'lost', open: true });
    expect(world.session('cid')?.why).toContain('the limit is 2 sessions');
    await world.clock.advance(3_600_000);
    expect(world.server.visits('cid')).toBe(1);
    await world.close('ann');
    await world.see('cid', 'ready');
  });

  it('count what they are measured at against the memory', async () => {
    const plugin = wirePlugin({ memoryBytes: 50 * MIB });
    await using world = await openWireWorld({ names: ['ann', 'ben', 'cid'], plugin, sessions: { memoryMb: 120, max: 9 } });
    world.server.know('ann', 'ben', 'cid');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.tell('ann', `weighs ${90 * MIB}`);
    await world.until(() => world.core.sessions.usage().memoryBytes === 90 * MIB);
    await expect(world.open('ben')).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
    world.server.tell('ann', `weighs ${60 * MIB}`);
    await world.until(() => world.core.sessions.usage().memoryBytes === 60 * MIB);
    await world.open('ben');
    expect(world.session('ann')?.figures).toMatchObject({ memoryBytes: 60 * MIB, cpuPercent: 2.5 });
  });

  it('launch no more than so many at once', async () => {
    const names = ['ann', 'ben', 'cid', 'dot'];
    await using world = await openWireWorld({ names, sessions: { launchesAtOnce: 1 } });
    world.server.know(...names);
    world.server.hold();
    await Promise.all(names.map((name) => world.open(name)));
    for (let left = names.length; left > 0; left -= 1) {
      await world.until(() => world.server.waiting() > 0);
      await world.clock.advance(5_000);
      expect(world.server.waiting()).toBe(1);
      world.server.welcome();
    }
    for (const name of names) await world.see(name, 'ready');
  });
});

describe('a caller that does not reach all', () => {
  it('sees, opens and closes its own only, and no more than it may', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben', 'cid', 'dot'] });
    world.server.know('ann', 'ben', 'cid', 'dot');
    const { sessions } = world.core;
    const id = (name: string): string => world.ids[name] ?? '';
    const reach = { accounts: ['ann', id('ben'), 'cid'], most: 2 };
    const caller = { actor: 'tenant', reach };
    await world.open('dot');
    const access = sessions.access('wire', caller);
    await access.open(id('ann'));
    await access.open(id('ben'));
    await expect(access.open(id('cid'))).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
    await expect(access.open(id('dot'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(access.close(id('dot'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(() => access.live(id('dot'))).toThrow(/no open session/);
    expect(access.get(id('dot'))).toBeUndefined();
    expect(access.list().map(({ label }) => label)).toEqual(['ann', 'ben']);
    expect(sessions.list(reach).map(({ label }) => label)).toEqual(['ann', 'ben']);
    await access.close(id('ann'));
    await access.open(id('cid'));
    expect(sessions.list().filter(({ open }) => open)).toHaveLength(3);
  });
});
