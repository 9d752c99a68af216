import type { AccountRecord } from '../accounts/account-record.ts';
import type { Random } from '../ports/clock.ts';
import { createIndexedHeap, type IndexedHeap } from './indexed-heap.ts';
import type { Strategy } from './pool.ts';
import type { RateWindow } from './rate-window.ts';

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

export interface RingQuery {
  readonly exclude?: ReadonlySet<string> | undefined;
  readonly tokens?: number | undefined;
}

/** Which member is next, by strategy; those at their limit wait aside until they are back. */
export interface RequestRing<TMember extends RingMember> {
  /** Adds a member, or looks at it anew after something about it has changed. */
  place(member: TMember): void;
  remove(member: TMember): void;
  has(member: TMember): boolean;
  /** The next member that can serve and that `may` lets through; nothing is reserved yet. */
  next(query: RingQuery, may?: (member: TMember) => boolean): TMember | undefined;
  /** A request was reserved on it: its turn is over. */
  took(member: TMember): void;
  /** Now or earlier when one can be picked at once; null when only the end of a running request frees one. */
  nextAt(query?: RingQuery): number | null;
  /** When the next of those comes back that cannot be picked now; Infinity when that is not known. */
  nextChange(): number;
  /** Members that can be picked now. */
  free(): number;
  readonly size: number;
  /** Their turns and counts stay. */
  order(strategy: Strategy): void;
}

type Before = (left: RingMember, right: RingMember) => boolean;

const byTurn: Before = (left, right) => left.turn < right.turn;
const ORDERS: Readonly<Record<Strategy, Before>> = {
  lru: byTurn,
  'round-robin': byTurn,
  random: byTurn,
  'least-used': (left, right) => (left.uses === right.uses ? left.turn < right.turn : left.uses < right.uses),
  priority: (left, right) =>
    left.record.priority === right.record.priority ? left.turn < right.turn : left.record.priority < right.record.priority,
};

export function createRequestRing<TMember extends RingMember>(options: {
  readonly strategy: Strategy;
  readonly windowMs: () => number;
  readonly now: () => number;
  readonly random: Random;
}): RequestRing<TMember> {
  const { windowMs, now, random } = options;
  let strategy = options.strategy;
  const members = new Set<TMember>();
  let ready: IndexedHeap<TMember> = createIndexedHeap<TMember>(ORDERS[strategy]);
  const resting: IndexedHeap<TMember> = createIndexedHeap<TMember>((left, right) => left.backAt < right.backAt);
  /** Only `least-used` needs to see uses leave a window: when, in order of time. */
  let leaving: { member: TMember; at: number }[] = [];
  let left = 0;
  let turns = 0;

  /** `cooling` ends by itself, also for who has not heard of it yet. */
  const backAt = ({ record, window }: TMember): number =>
    record.state === 'cooling' ? Math.max(window.availableAt(), record.dueAt ?? Infinity) : window.availableAt();
  const place = (member: TMember): void => {
    member.uses = member.window.uses();
    member.backAt = backAt(member);
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
  const first = (): TMember | undefined =>
    strategy === 'random' ? ready.at(Math.floor(random.number() * ready.size)) : ready.first();
  const fits = ({ window }: TMember, tokens: number | undefined): boolean =>
    tokens === undefined || window.availableAt(tokens) <= now();

  return {
    place(member) {
      turns = Math.max(turns, member.turn);
      members.add(member);
      place(member);
      if (strategy === 'least-used' && member.uses > 0) leaving.push({ member, at: now() + windowMs() });
    },
    remove(member) {
      members.delete(member);
      ready.remove(member);
      resting.remove(member);
    },
    has: (member) => members.has(member),
    next({ exclude, tokens }, may = () => true) {
      wake();
      const aside: TMember[] = [];
      let member = first();
      while (member && (exclude?.has(member.id) === true || !fits(member, tokens) || !may(member))) {
        aside.push(member);
        ready.remove(member);
        member = first();
      }
      for (const each of aside) ready.put(each);
      return member;
    },
    took(member) {
      turns += 1;
      member.turn = turns;
      place(member);
    },
    nextAt({ exclude, tokens } = {}) {
      wake();
      if ((exclude === undefined || exclude.size === 0) && tokens === undefined) {
        return ready.size > 0 ? now() : (resting.first()?.backAt ?? null);
      }
      let earliest = Infinity;
      for (const member of members) {
        if (exclude?.has(member.id) === true) continue;
        const own = tokens === undefined ? -Infinity : member.window.availableAt(tokens);
        earliest = Math.min(earliest, Math.max(own, ready.has(member) ? now() : member.backAt));
      }
      return earliest === Infinity ? null : earliest;
    },
    nextChange() {
      wake();
      return resting.first()?.backAt ?? Infinity;
    },
    free() {
      wake();
      return ready.size;
    },
    get size() {
      return members.size;
    },
    order(changed) {
      strategy = changed;
      ready = createIndexedHeap<TMember>(ORDERS[strategy]);
      leaving = [];
      left = 0;
      for (const member of members) {
        place(member);
        if (strategy === 'least-used' && member.uses > 0) leaving.push({ member, at: now() + windowMs() });
      }
    },
  };
}
