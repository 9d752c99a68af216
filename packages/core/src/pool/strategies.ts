import type { AccountRecord } from '../accounts/account-record.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, type Filter } from '../query/filter.ts';
import type { Strategy } from './pool.ts';

export interface Choice {
  readonly plugin: string;
  /** Which of the plugin's accounts; says that they are ready. */
  readonly where: Filter;
  readonly count: number;
}

/** The first `count` accounts in the order of a strategy. */
export type Choose = (choice: Choice) => Promise<AccountRecord[]>;

const PAGE = 2_000;
/** Up to this many random places are looked up one by one; more, and reading through all is cheaper. */
const FEW = 16;
const inOrder = { by: 'order' } as const;

/**
 * What the strategies choose. `lru` and `round-robin` read the circle as it stands; they differ in the place that an
 * account gets when its lease ends. All break ties by place in the circle.
 */
export function createStrategies(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly windowMs: number;
}): Readonly<Record<Strategy, Choose>> {
  const { store, clock, random, windowMs } = deps;
  const list = (where: Filter, limit: number, offset = 0): Promise<AccountRecord[]> =>
    store.list<AccountRecord>('accounts', { where, sort: inOrder, limit, offset });

  const first: Choose = ({ where, count }) => list(where, count);

  const leastUsed: Choose = async ({ where, count }) => {
    const began = clock.now() - windowMs;
    const unused = await list(all(where, { op: 'lte', field: 'windowStart', value: began }), count);
    if (unused.length === count) return unused;
    const used = await store.list<AccountRecord>('accounts', {
      where: all(where, { op: 'gt', field: 'windowStart', value: began }),
      sort: inOrder,
    });
    const fewestFirst = used.toSorted((left, right) => left.windowUses - right.windowUses);
    return [...unused, ...fewestFirst.slice(0, count - unused.length)];
  };

  const priority: Choose = async ({ plugin, where, count }) => {
    const tallies = await store.tally('accounts', ['priority'], eq('plugin', plugin));
    const priorities = tallies.map(({ key }) => Number(key[0])).toSorted((left, right) => left - right);
    const chosen: AccountRecord[] = [];
    for (const level of priorities) {
      if (chosen.length >= count) break;
      chosen.push(...(await list(all(where, eq('priority', level)), count - chosen.length)));
    }
    return chosen;
  };

  /** `count` different numbers below `total`, in the order they were drawn. */
  const draw = (total: number, count: number): number[] => {
    const moved = new Map<number, number>();
    return Array.from({ length: Math.min(count, total) }, (_, at) => {
      const other = at + Math.floor(random.number() * (total - at));
      const picked = moved.get(other) ?? other;
      moved.set(other, moved.get(at) ?? at);
      return picked;
    });
  };

  const anywhere: Choose = async ({ where, count }) => {
    const places = draw(await store.count('accounts', where), count);
    const found = new Map<number, AccountRecord>();
    if (places.length <= FEW) {
      for (const place of places) {
        const [record] = await list(where, 1, place);
        if (record) found.set(place, record);
      }
    } else {
      const wanted = new Set(places);
      for (let offset = 0; found.size < wanted.size; offset += PAGE) {
        const page = await list(where, PAGE, offset);
        page.forEach((record, at) => wanted.has(offset + at) && found.set(offset + at, record));
        if (page.length < PAGE) break;
      }
    }
    // A commit in between shifts the places: the same account may have been met twice.
    const chosen = places.flatMap((place) => found.get(place) ?? []);
    return [...new Map(chosen.map((record) => [record.id, record])).values()];
  };

  return { lru: first, 'round-robin': first, 'least-used': leastUsed, random: anywhere, priority };
}
