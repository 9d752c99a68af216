import { describe, expect, it } from 'vitest';
import { end, failure, GRAIN, MINUTE, open, rotate, settingsOf, take, turn, use, type Slot } from '../testing/rotation-things.ts';

describe('who waits for a free account', () => {
  it('is served first come, first served, at the moment when it is free', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { limit: 1 });
    const { clock } = roster;
    const began = clock.now();
    expect(use(rotation)).toBe('u0');
    const served: [number, number][] = [];
    const wait = async (at: number): Promise<void> => {
      const slot = await rotation.acquire({ maxWaitMs: 10 * MINUTE });
      served.push([at, clock.now() - began]);
      end(slot);
    };
    const all = Promise.all([0, 1, 2].map(wait));
    expect(rotation.totals().waiting).toBe(3);
    for (let minutes = 0; minutes < 4; minutes += 1) await clock.advance(MINUTE);
    await all;
    const step = MINUTE + GRAIN;
    expect(served).toEqual([
      [0, step],
      [1, 2 * step],
      [2, 3 * step],
    ]);
    await rotation.close();
  });

  it('is served when a request ends, an account is added, and a limit is raised', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { maxConcurrent: 1 });
    const held = take(rotation);
    const [first, second, third] = [1, 2, 3].map(() => rotation.acquire({ maxWaitMs: MINUTE })) as [
      Promise<Slot>,
      Promise<Slot>,
      Promise<Slot>,
    ];
    held.finish({ kind: 'used' });
    expect((await first).account.label).toBe('u0');
    await roster.accounts.add('test', { username: 'new', password: 'x' }, 'local');
    expect((await second).account.label).toBe('new');
    rotation.configure(settingsOf({ maxConcurrent: 2 }));
    expect((await third).account.label).toBe('u0');
    await rotation.close();
  });

  it('is told when its time is over, its signal is given, too many wait, or the rotation ends', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { limit: 1, cooldownMs: 90_000, maxWaiting: 3 });
    expect(use(rotation)).toBe('u0');
    const own = new AbortController();
    const short = failure(rotation.acquire({ maxWaitMs: 20_000 }));
    const stopped = failure(rotation.acquire({ maxWaitMs: MINUTE * 9, signal: own.signal }));
    const long = failure(rotation.acquire({ maxWaitMs: MINUTE * 9 }));
    const nothing = { code: 'NOTHING_AVAILABLE', retryAfterMs: 90_000 };
    expect(await failure(rotation.acquire({ maxWaitMs: MINUTE }))).toMatchObject(nothing);
    expect(await failure(rotation.acquire())).toMatchObject(nothing);
    expect(await failure(rotation.acquire({ maxWaitMs: Number.NaN }))).toMatchObject(nothing);
    await roster.clock.advance(20_000);
    expect(await short).toMatchObject({ code: 'NOTHING_AVAILABLE', retryAfterMs: 70_000 });
    own.abort(new Error('the client left'));
    expect(await stopped).toMatchObject({ message: 'the client left' });
    expect(await failure(rotation.acquire({ signal: AbortSignal.abort(new Error('gone')) }))).toMatchObject({ message: 'gone' });
    await rotation.close();
    expect(await long).toMatchObject({ code: 'UNAVAILABLE' });
    expect(rotation.totals().waiting).toBe(0);
  });

  it('lets pass who can use what it has tried already', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster, { maxConcurrent: 1 });
    const [one, two] = [take(rotation), take(rotation)];
    const picky = rotation.acquire({ maxWaitMs: MINUTE, exclude: new Set([one.account.id]) });
    const easy = rotation.acquire({ maxWaitMs: MINUTE });
    one.finish({ kind: 'used' });
    expect((await easy).account.id).toBe(one.account.id);
    two.finish({ kind: 'used' });
    expect((await picky).account.id).toBe(two.account.id);
    await rotation.close();
  });
});

describe('tokens', () => {
  it('are held to the limit of a minute: estimated first, corrected then', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { tokensPerMinute: 1_000 });
    const slot = rotation.pick({ tokens: 600 });
    slot?.sent();
    expect(rotation.pick({ tokens: 600 })).toBeUndefined();
    expect(rotation.pick({ tokens: 100 })).toBeDefined();
    slot?.finish({ kind: 'used', served: { status: 200, durationMs: 5, tokens: 200 } });
    expect(rotation.pick({ tokens: 700 })).toBeDefined();
    expect(await failure(rotation.acquire({ tokens: 1 }))).toMatchObject({ code: 'NOTHING_AVAILABLE' });
    await rotation.close();
  });

  it('wake who waits for them when they leave the minute; more than the limit count as the limit', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { tokensPerMinute: 1_000 });
    end(rotation.pick({ tokens: 400 }));
    await roster.clock.advance(10_000);
    end(rotation.pick({ tokens: 500 }));
    expect(await failure(rotation.acquire({ tokens: 200 }))).toMatchObject({ retryAfterMs: 50_000 });
    const began = roster.clock.now();
    const large = rotation.acquire({ tokens: 5_000, maxWaitMs: 10 * MINUTE }).then(() => roster.clock.now() - began);
    const small = rotation.acquire({ tokens: 10, maxWaitMs: 10 * MINUTE }).then(() => 'served');
    await roster.clock.advance(MINUTE);
    expect(await large).toBe(MINUTE);
    // First come, first served: what is small does not starve what is large.
    expect(await Promise.race([small, turn().then(() => 'waits')])).toBe('waits');
    const ended = failure(small);
    await rotation.close();
    expect(await ended).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
