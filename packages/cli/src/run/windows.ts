import { MusterError } from '@muster/sdk';
import { InvalidArgumentError } from 'commander';

/** What a route gives at most in one answer. */
const PAGE = 1_000;

/** `--limit`: a number, or `all`. */
export function parseLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('It takes a whole number from 1, or "all".');
  return value;
}

/** A whole number of an option. */
export const parseCount =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(
        `It takes a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}.`,
      );
    }
    return value;
  };

export interface Window<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

/** Asks page by page until there are `limit` rows or no more. */
export async function readWindow<T>(
  ask: (page: { readonly offset: number; readonly limit: number }) => Promise<Window<T>>,
  { limit, offset = 0, signal }: { readonly limit: number; readonly offset?: number; readonly signal: AbortSignal },
): Promise<Window<T>> {
  const rows: T[] = [];
  for (;;) {
    if (signal.aborted) throw new MusterError('ABORTED', 'Stopped while listing.');
    const page = await ask({ offset: offset + rows.length, limit: Math.min(PAGE, limit - rows.length) });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= limit || offset + rows.length >= page.total) return { total: page.total, rows };
  }
}
