/** A priority queue whose members can change places or leave: O(log n) each. A member is in one heap at most once. */
export interface IndexedHeap<T> {
  readonly size: number;
  /** In no particular order. */
  at(index: number): T | undefined;
  first(): T | undefined;
  has(member: T): boolean;
  /** Adds it, or moves it to where it belongs now. */
  put(member: T): void;
  remove(member: T): void;
}

export function createIndexedHeap<T extends object>(isBefore: (left: T, right: T) => boolean): IndexedHeap<T> {
  const members: T[] = [];
  const places = new Map<T, number>();

  const set = (place: number, member: T): void => {
    members[place] = member;
    places.set(member, place);
  };
  const rise = (from: number, member: T): number => {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = members[above] as T;
      if (!isBefore(member, parent)) break;
      set(place, parent);
      place = above;
    }
    set(place, member);
    return place;
  };
  const sink = (from: number, member: T): void => {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= members.length) break;
      if (below + 1 < members.length && isBefore(members[below + 1] as T, members[below] as T)) below += 1;
      const child = members[below] as T;
      if (!isBefore(child, member)) break;
      set(place, child);
      place = below;
    }
    set(place, member);
  };

  return {
    get size() {
      return members.length;
    },
    at: (index) => members[index],
    first: () => members[0],
    has: (member) => places.has(member),
    put(member) {
      const place = places.get(member) ?? members.length;
      if (place === members.length) members.push(member);
      if (rise(place, member) === place) sink(place, member);
    },
    remove(member) {
      const place = places.get(member);
      if (place === undefined) return;
      places.delete(member);
      const moved = members.pop() as T;
      if (moved === member) return;
      if (rise(place, moved) === place) sink(place, moved);
    },
  };
}
