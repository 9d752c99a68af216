import type { Store } from '@muster/core';
import { halves, type Half } from './shape.ts';

interface Entry {
  tried: number;
  acknowledged: number;
}

/** What a writer was told about each pair, and whether a store agrees with it. */
export const createLedger = () => {
  const entries = new Map<string, Entry>();
  let acknowledged = 0;
  let highest = 0;
  const entryOf = (place: string): Entry => {
    const entry = entries.get(place) ?? { tried: 0, acknowledged: 0 };
    entries.set(place, entry);
    return entry;
  };
  return {
    hear(line: string): void {
      const [verb, writer, pair, number] = line.split(' ');
      const entry = entryOf(`${writer} ${pair}`);
      highest = Math.max(highest, Number(number));
      if (verb === 'tried') entry.tried = Number(number);
      else {
        entry.acknowledged = Number(number);
        acknowledged += 1;
      }
    },
    get acknowledged() {
      return acknowledged;
    },
    get highest() {
      return highest;
    },
    /** Sentences; none when nothing is lost or made up. What was under way may be there or not, and counts from then on. */
    async compare(store: Store): Promise<string[]> {
      const faults: string[] = [];
      for (const [place, entry] of entries) {
        const [writer, pair] = place.split(' ').map(Number) as [number, number];
        const [left, right] = await Promise.all(halves(writer, pair).map((id) => store.get<Half>('pairs', id)));
        const value = left?.value ?? -1;
        if (value !== right?.value) faults.push(`pair ${place} is half changed: ${value} and ${right?.value}`);
        if (value < entry.acknowledged) faults.push(`pair ${place}: ${entry.acknowledged} was acknowledged, ${value} is there`);
        if (value !== entry.acknowledged && value !== entry.tried)
          faults.push(`pair ${place}: ${value} was neither tried last nor acknowledged last`);
        entry.acknowledged = value;
      }
      return faults;
    },
  };
};

export type Ledger = ReturnType<typeof createLedger>;
