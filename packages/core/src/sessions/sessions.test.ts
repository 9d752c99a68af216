import { describe, expect, it } from 'vitest';
import { openWireWorld } from '../testing/wire/wire-world.ts';

describe('opening', () => {
  it('lists the session at once, shows what is to be scanned, and is ready after the scan', async () => {
    await using world = await openWireWorld();
    const opening = world.open('ann');
    await world.until(() => world.session('ann') !== undefined);
    expect(['opening', 'needs-operator']).toContain(world.session('ann')?.state);
    expect(await opening).toMatchObject({ label: 'ann', open: true, openedBy: 'test' });

    const asking = await world.see('ann', 'needs-operator');
    expect(asking).toMatchObject({ status: 'scan', why: 'Scan the code', challenge: { kind: 'qr', text: '2@ann-1' } });
    world.server.renew('ann');
    await world.until(() => world.session('ann')?.challenge?.text === '2@ann-2');
    expect(world.session('ann')?.history).toHaveLength(2);

    world.server.scan('ann');
    expect(await world.see('ann', 'ready')).toMatchObject({ status: 'online', challenge: null });
    expect(world.session('ann')?.history.map(({ state }) => state)).toEqual(['ready', 'needs-operator', 'opening']);
  });

  it('holds the account on lease and tells its state by it', async () => {
    await using world = await openWireWorld();
    const account = () => world.core.accounts.get(world.ids['ann'] ?? '');
    await world.open('ann');
    await world.until(async () => (await account()).state === 'needs-you');
    expect(await account()).toMatchObject({ why: 'Scan the code', lease: { holder: `session/${world.ids['ann']}` } });
    world.server.scan('ann');
    await world.until(async () => (await account()).state === 'busy');
    await world.clock.advance(60 * 60_000);
    expect(await account()).toMatchObject({ state: 'busy', lease: { holder: `session/${world.ids['ann']}` } });
    await world.close('ann');
    expect(await account()).toMatchObject({ state: 'ready', lease: null, why: null });
  });

  it('opens one of two that ask at once, and refuses the other with CONFLICT', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    const [first, second] = await Promise.allSettled([world.open('ann'), world.open('ann')]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = first.status === 'rejected' ? first : second;
    expect(refused).toMatchObject({ reason: { code: 'CONFLICT' } });
    await world.see('ann', 'ready');
    expect(world.server.visits('ann')).toBe(1);
    await expect(world.open('ann')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('refuses an account that is not there, has no sessions, is paused, or is held by another', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben', 'cid'] });
    await expect(world.open('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.core.accounts.setState({ ids: [world.ids['ann'] ?? ''] }, 'paused', 'test');
    await expect(world.open('ann')).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE' });
    expect(world.session('ann')).toMatchObject({ state: 'closed', open: false });
    await world.core.pool.leaseOne(world.ids['ben'] ?? '', { holder: 'task/1', ttlMs: 1_000_000 });
    await expect(world.open('ben')).rejects.toMatchObject({ code: 'ACCOUNT_BUSY' });
    await expect(world.core.sessions.close(world.ids['cid'] ?? '', { actor: 'test' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('never writes what is to be scanned into the log or the store', async () => {
    await using world = await openWireWorld();
    await world.open('ann');
    await world.see('ann', 'needs-operator');
    await world.until(async () => (await world.events('session.needs-operator')).length > 0);
    expect(JSON.stringify(await world.events())).not.toContain('2@ann');
    await world.core.sessions.stop(1_000);
    expect(JSON.stringify(await world.core.store.list('sessions'))).not.toContain('2@ann');
  });
});

describe('staying up', () => {
  it('opens again by itself after a cut line, with a wait that grows', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.refuse(3);
    world.server.cut('ann');
    const waits: number[] = [];
    for (let failure = 0; failure < 4; failure += 1) {
      await world.until(() => (world.session('ann')?.reopensAt ?? 0) > world.clock.now());
      waits.push((world.session('ann')?.reopensAt ?? 0) - world.clock.now());
      const before = world.session('ann')?.reopensAt;
      await world.until(() => world.session('ann')?.reopensAt !== before);
    }
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThan(2_000 * 2 ** at * 0.25);
      expect(wait).toBeLessThanOrEqual(2_000 * 2 ** at);
    }
    const ready = await world.see('ann', 'ready');
    expect(ready.figures.reconnects).toBe(4);
    expect(ready.history.some(({ state, why }) => state === 'lost' && why === 'The line was cut')).toBe(true);
  });

  it('leaves a session that mends itself alone, and replaces it when it does not', async () => {
    await using world = await openWireWorld({ policy: { mendMs: 600_000 } });
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.tell('ann', 'wobble');
    await world.see('ann', 'lost');
    world.server.tell('ann', 'ready');
    await world.see('ann', 'ready');
    await world.clock.advance(700_000);
    expect(world.server.visits('ann')).toBe(1);

    world.server.tell('ann', 'wobble');
    await world.see('ann', 'lost');
    await world.clock.advance(600_000);
    await world.until(() => world.server.visits('ann') === 2, 'it was replaced');
    await world.see('ann', 'ready');
    expect(world.server.goodbyes).toEqual(['ann']);
  });

  it('opens a session anew that hangs while it opens', async () => {
    await using world = await openWireWorld({ policy: { mendMs: 600_000 } });
    world.server.know('ann');
    world.server.mute(true);
    await world.open('ann');
    await world.until(() => world.server.waiting() === 0 && world.session('ann')?.state === 'opening');
    await world.clock.advance(300_000);
    expect(world.session('ann')?.state).toBe('opening');
    await world.until(() => world.session('ann')?.state === 'lost', 'it is given up');
    world.server.mute(false);
    await world.see('ann', 'ready');
    expect(world.session('ann')?.history.some(({ why }) => why === 'it did not open in time')).toBe(true);
  });

  it('leaves the others running when one fails', async () => {
    const names = ['ann', 'ben', 'cid', 'dot'];
    await using world = await openWireWorld({ names });
    world.server.know(...names);
    await Promise.all(names.map((name) => world.open(name)));
    for (const name of names) await world.see(name, 'ready');
    world.server.cut('ben');
    await world.see('ben', 'lost');
    await world.see('ben', 'ready');
    expect(names.map((name) => world.server.visits(name))).toEqual([1, 2, 1, 1]);
    expect(world.session('ann')?.history).toHaveLength(2);
  });

  it('puts a session that nobody scans aside until a person opens it, also over a restart', async () => {
    await using world = await openWireWorld({ config: { parkAfter: 1 } });
    await world.open('ann');
    await world.see('ann', 'needs-operator');
    world.server.renew('ann');
    await world.until(() => world.session('ann')?.parked === true);
    expect(world.session('ann')).toMatchObject({ state: 'needs-operator', why: 'Nobody scanned the code', challenge: null });
    await world.clock.advance(60 * 60_000);
    expect(world.server.visits('ann')).toBe(1);

    await world.restart();
    await world.clock.advance(60 * 60_000);
    expect(world.session('ann')).toMatchObject({ state: 'needs-operator', parked: true, open: true });
    expect(world.server.visits('ann')).toBe(1);
    await world.until(async () => (await world.core.accounts.get(world.ids['ann'] ?? '')).state === 'needs-you');

    await world.open('ann');
    await world.until(() => world.server.visits('ann') === 2);
    world.server.scan('ann');
    await world.see('ann', 'ready');
  });

  it('ends for good when the service says so, and leaves the account as the word of the plugin has it', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    world.server.forget('ann');
    expect(await world.see('ann', 'closed')).toMatchObject({ status: 'logged-out', why: 'Logged out on the phone' });
    await world.until(() => world.session('ann')?.open === false);
    await world.clock.advance(60 * 60_000);
    expect(world.server.visits('ann')).toBe(1);
    await world.until(async () => (await world.core.accounts.get(world.ids['ann'] ?? '')).lease === null);
  });
});

describe('a restart of the host', () => {
  it('brings back what was open, in its old state, and not what an operator closed', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben'] });
    world.server.know('ann', 'ben');
    await world.open('ann');
    await world.open('ben');
    await world.see('ann', 'ready');
    await world.see('ben', 'ready');
    await world.close('ben');
    await world.restart();
    await world.see('ann', 'ready');
    expect(world.server.goodbyes).toEqual(['ben', 'ann']);
    expect(world.session('ben')).toMatchObject({ state: 'closed', open: false, why: 'closed by test' });
    expect(world.server.visits('ben')).toBe(1);
    expect(world.session('ann')?.history.map(({ state, why }) => [state, why])).toEqual([
      ['ready', null],
      ['opening', 'the host started'],
      ['closed', 'the host stopped'],
      ['ready', null],
      ['opening', 'opened by test'],
    ]);
  });

  it('keeps fifty steps of history', async () => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    for (let turn = 0; turn < 30; turn += 1) {
      world.server.tell('ann', 'wobble');
      await world.see('ann', 'lost');
      world.server.tell('ann', 'ready');
      await world.see('ann', 'ready');
    }
    expect(world.session('ann')?.history).toHaveLength(50);
    await world.restart();
    expect(world.session('ann')?.history).toHaveLength(50);
  });

  it('leaves a session to itself that does not end in time, and still ends', async () => {
    await using world = await openWireWorld({ names: ['ann', 'ben'] });
    world.server.know('ann', 'ben');
    await world.open('ann');
    await world.open('ben');
    await world.see('ann', 'ready');
    await world.see('ben', 'ready');
    world.server.mute(true);
    let ended = false;
    const stop = world.core.sessions.stop(5_000).then(() => (ended = true));
    await world.until(() => ended);
    await stop;
    await world.until(async () => (await world.events('session.abandoned')).length === 2, 'both are told of');
    await expect(world.open('ann')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('an account that is paused or retired', () => {
  it.each(['paused', 'retired'] as const)('has its session closed, and is %s then', async (state) => {
    await using world = await openWireWorld();
    world.server.know('ann');
    await world.open('ann');
    await world.see('ann', 'ready');
    await world.core.accounts.setState({ ids: [world.ids['ann'] ?? ''] }, state, 'test');
    await world.see('ann', 'closed');
    await world.until(async () => (await world.core.accounts.get(world.ids['ann'] ?? '')).state === state);
    await world.until(() => world.session('ann')?.open === false);
    expect(world.server.goodbyes).toEqual(['ann']);
  });
});

describe('people', () => {
  it('are asked by one session at a time, in the order in which they came', async () => {
    const names = ['ann', 'ben', 'cid'];
    await using world = await openWireWorld({ names });
    for (const name of names) {
      await world.open(name, { ask: true });
      await world.see(name, 'needs-operator');
    }
    const turns = (): unknown[] => names.map((name) => world.session(name)?.turn);
    expect(turns()).toEqual([0, 1, 2]);
    await world.close('ben');
    expect(turns()).toEqual([0, null, 1]);
    world.server.scan('ann');
    await world.until(() => world.session('cid')?.turn === 0);
    expect(turns()).toEqual([null, null, 0]);
  });
});
