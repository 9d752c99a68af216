import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestRotation } from '@muster/sdk';
import type { Store } from '../ports/store.ts';
import { GRAIN, MINUTE, open, rotate, useAll, uses } from '../testing/rotation-things.ts';
import { claimOf } from './rotation-journal.ts';

describe('after a restart, a rotation', () => {
  it('knows what was sent, and who rests', async () => {
    const roster = await open(2);
    const before = await rotate(roster, { limit: 2 });
    expect(uses(before, 3)).toEqual(['u0', 'u1', 'u0']);
    await roster.clock.advance(1_000);
    await before.close();
    const after = await rotate(roster, { limit: 2 });
    expect(uses(after, 2)).toEqual(['u1', '-']);
    await roster.clock.advance(MINUTE + GRAIN);
    expect(uses(after, 4).toSorted()).toEqual(['u0', 'u0', 'u1', 'u1']);
    expect(after.figures().map(({ uses: made }) => made)).toEqual([2, 2]);
    await after.close();
  });

  it('whose host was killed counts what that may have sent without a trace', async () => {
    const limit = 20;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3_000 }), async (made, idleMs) => {
        const roster = await open(2);
        const killed = await rotate(roster, { limit });
        const sent = new Map<string, number>();
        for (let at = 0; at < made; at += 1) {
          const slot = await killed.acquire().catch(() => undefined);
          if (!slot) break;
          sent.set(slot.account.label, (sent.get(slot.account.label) ?? 0) + 1);
          slot.sent();
          if (at % 3 > 0) slot.finish({ kind: 'used' });
        }
        await roster.clock.advance(idleMs);
        // Never closed: the next one has what the store has.
        const next = await rotate(roster, { limit });
        for (const label of await useAll(next, 60)) sent.set(label, (sent.get(label) ?? 0) + 1);
        sent.delete('-');
        for (const count of sent.values()) expect(count).toBeLessThanOrEqual(limit);
        await next.close();
      }),
      { numRuns: 40 },
    );
  });

  it('whose host was killed can still use most of its limits at once', async () => {
    const roster = await open(1);
    const killed = await rotate(roster, { limit: 20 });
    await killed.flush();
    const next = await rotate(roster, { limit: 20 });
    expect((await useAll(next, 20)).filter((label) => label === 'u0')).toHaveLength(20 - claimOf(20));
    await next.close();
    const third = await rotate(roster, { limit: 40 });
    expect((await useAll(third, 30)).filter((label) => label === 'u0')).toHaveLength(20);
    await third.close();
  });

  it('goes on when its counts cannot be written, and says so once', async () => {
    const roster = await open(1);
    let broken = false;
    const store: Store = {
      ...roster.store,
      commit: (operations) => (broken ? Promise.reject(new Error('The disk is full.')) : roster.store.commit(operations)),
    };
    const rotation = await rotate({ ...roster, store }, { limit: 50 });
    broken = true;
    expect(await useAll(rotation, 40)).toEqual(Array.from({ length: 40 }, () => 'u0'));
    await roster.clock.advance(10_000);
    expect(roster.events.all.filter(({ type }) => type === 'rotation.not-written')).toHaveLength(1);
    broken = false;
    await roster.clock.advance(10_000);
    await rotation.close();
    const after: RequestRotation<unknown> = await rotate(roster, { limit: 50 });
    expect(after.figures()[0]?.uses).toBe(40);
    expect((await roster.accounts.list({})).accounts[0]?.uses).toBe(40);
  });
});
