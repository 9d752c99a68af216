import type { PoolStats } from '@muster/api';

export interface StockGroup {
  /** `30–31`, or `7`. */
  readonly ranks: string;
  readonly count: number;
}

const WIDTHS = [1, 2, 5, 10, 20, 50, 100, 1_000, 1_000_000];

/** The stock in at most `rows` groups of ranks of one width, the highest first. Empty groups are left out. */
export function stockGroups(stock: PoolStats['stock'], rows: number): StockGroup[] {
  for (const width of WIDTHS) {
    const groups = new Map<number, { low: number; high: number; count: number }>();
    for (const { rank, count } of stock) {
      const at = Math.floor(rank / width);
      const group = groups.get(at);
      if (group) Object.assign(group, { high: rank, count: group.count + count });
      else groups.set(at, { low: rank, high: rank, count });
    }
    if (groups.size > rows && width !== WIDTHS.at(-1)) continue;
    return [...groups.values()]
      .toReversed()
      .slice(0, rows)
      .map(({ low, high, count }) => ({ ranks: low === high ? String(low) : `${low}–${high}`, count }));
  }
  return [];
}
