/** What the service counted of one account. */
export interface Seen {
  readonly served: number;
  readonly refused: number;
  readonly mostInWindow: number;
}

export interface Judgement {
  readonly accounts: number;
  readonly served: number;
  /** The most that any account was served within a window, by the service's own clock. */
  readonly most: number;
  /** Requests that the service refused for its limit: each is one that muster should have seen coming. */
  readonly refused: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** `among`: those accounts that were meant to serve. */
export function judge(seen: Readonly<Record<string, Seen>>, among: readonly string[]): Judgement {
  const counts = among.map((account) => seen[account]?.served ?? 0).toSorted((left, right) => left - right);
  const chosen = among.flatMap((account) => seen[account] ?? []);
  return {
    accounts: counts.filter((count) => count > 0).length,
    served: counts.reduce((sum, count) => sum + count, 0),
    most: Math.max(0, ...chosen.map(({ mostInWindow }) => mostInWindow)),
    refused: chosen.reduce((sum, { refused }) => sum + refused, 0),
    median: counts[counts.length >> 1] ?? 0,
    least: counts[0] ?? 0,
    greatest: counts.at(-1) ?? 0,
  };
}
