import type { AccountRecord } from '../accounts/account-record.ts';
import type { Random } from '../ports/clock.ts';
import { createIndexedHeap, type IndexedHeap } from './indexed-heap.ts';
import type { Strategy } from './pool.ts';
import type { RateWindow, Reservation } from './rate-window.ts';

/** One account in the rotation. */
export interface RingMember {
  readonly id: string;
  record: AccountRecord;
  readonly window: RateWindow;
  /** When it was picked last, as a growing number. */
  turn: number;
  /** Requests that count in its window, as `least-used` compares them. */
  uses: number;
  /** When it can be picked again, while it cannot. */
  backAt: number;
}

/** Which member is next, by strategy; those at their limit wait aside until they are back. */
export interface RequestRing {
  /** Adds a member, or looks at it anew after one of its requests was sent or ended. */
  place(member: RingMember): void;
  remove(member: RingMember): void;
  /** Reserves on the next member that is not excluded. */
  pick(exclude?: ReadonlySet<string>): { readonly member: RingMember; readonly reservation: Reservation } | undefined;
  /** Now or earlier when one can be picked at once; null when only the end of a running request frees one. */
  nextAt(): number | null;
}

const ORDERS: Readonly<Record<Strategy, (left: RingMember, right: RingMember) => boolean>> = {
  lru: (left, right) => left.turn < right.turn,
  'round-robin': (left, right) => left.turn < right.turn,
  random: (left, right) => left.turn < right.turn,
  'least-used': (left, right) => (left.uses === right.uses ? left.turn < right.turn : left.uses < right.uses),
  priority: (left, right) =>
    left.record.priority === right.record.priority ? left.turn < right.turn : left.record.priority < right.record.priority,
};

export function createRequestRing(options: {
  readonly strategy: Strategy;
  readonly windowMs: number;
  readonly now: () => number;
  readonly random: Random;
}): RequestRing {
  const { strategy, windowMs, now, random } = options;
  const ready: IndexedHeap<RingMember> = createIndexedHeap(ORDERS[strategy]);
  const resting: IndexedHeap<RingMember> = createIndexedHeap((left, right) => left.backAt < right.backAt);
  /** Only `least-used` needs to see uses leave a window: when, in order of time. */
  let leaving: { member: RingMember; at: number }[] = [];
  let left = 0;
  let turns = 0;

  const place = (member: RingMember): void => {
    member.uses = member.window.uses;
    member.backAt = member.window.availableAt();
    if (member.backAt <= now()) {
      resting.remove(member);
      ready.put(member);
      return;
    }
    ready.remove(member);
    if (member.backAt === Infinity) resting.remove(member);
    else resting.put(member);
  };
  const wake = (): void => {
    for (let next = resting.first(); next && next.backAt <= now(); next = resting.first()) place(next);
    for (let next = leaving[left]; next && next.at <= now(); next = leaving[left]) {
      left += 1;
      if (ready.has(next.member)) place(next.member);
    }
    if (left > 1_024 && left * 2 > leaving.length) {
      leaving = leaving.slice(left);
      left = 0;
    }
  };
  const next = (): RingMember | undefined =>
    strategy === 'random' ? ready.at(Math.floor(random.number() * ready.size)) : ready.first();

  return {
    place(member) {
      turns = Math.max(turns, member.turn);
      place(member);
      if (strategy === 'least-used' && member.uses > 0) leaving.push({ member, at: now() + windowMs });
    },
    remove(member) {
      ready.remove(member);
      resting.remove(member);
    },
    pick(exclude) {
      wake();
      const aside: RingMember[] = [];
      let member = next();
      while (member && exclude?.has(member.id)) {
        aside.push(member);
        ready.remove(member);
        member = next();
      }
      for (const each of aside) ready.put(each);
      const reservation = member?.window.reserve();
      if (!member || !reservation) return undefined;
      turns += 1;
      member.turn = turns;
      place(member);
      return { member, reservation };
    },
    nextAt() {
      wake();
      return ready.size > 0 ? now() : (resting.first()?.backAt ?? null);
    },
  };
}
