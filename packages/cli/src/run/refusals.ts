/** Which lines were refused and why, eight bytes each: a file may have millions of them. */
export interface Refusals extends Iterable<{ readonly line: number; readonly reason: string }> {
  readonly size: number;
  add(line: number, reason: string): void;
}

export function createRefusals(): Refusals {
  const reasons: string[] = [];
  const places = new Map<string, number>();
  let entries = new Uint32Array(64);
  let size = 0;
  const placeOf = (reason: string): number => {
    const known = places.get(reason);
    if (known !== undefined) return known;
    places.set(reason, reasons.length);
    return reasons.push(reason) - 1;
  };
  return {
    get size() {
      return size;
    },
    add(line, reason) {
      if (size * 2 === entries.length) {
        const larger = new Uint32Array(entries.length * 2);
        larger.set(entries);
        entries = larger;
      }
      entries[size * 2] = line;
      entries[size * 2 + 1] = placeOf(reason);
      size += 1;
    },
    *[Symbol.iterator]() {
      for (let at = 0; at < size; at += 1) yield { line: entries[at * 2] ?? 0, reason: reasons[entries[at * 2 + 1] ?? 0] ?? '' };
    },
  };
}
