import type { HttpContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';

const day = (at: number | null): string => (at === null ? '-' : new Date(at).toISOString().slice(0, 16).replace('T', ' '));

/** `GET /status`: what people look at in a browser or with curl. */
export async function status(_request: Request, { pool }: HttpContext<Config, Account>): Promise<Response> {
  const { states, stock, owners, resting, rests, leases } = await pool.stats();
  const high = stock.filter(({ rank }) => rank >= 30).reduce((sum, { count }) => sum + count, 0);
  const rows: readonly (readonly [string, number | string])[] = [
    ['ready', states.ready],
    ['ready, level 30 and up', high],
    ['in use', owners.reduce((sum, { count }) => sum + count, 0)],
    ['at rest', states.cooling],
    ['out of use', states.failed + states.retired],
    ['next back from rest (UTC)', day(rests.nextAt)],
    ['next lease ends (UTC)', day(leases.nextAt)],
    ...owners.slice(0, 100).map(({ owner, count }) => [`in use by ${owner}`, count] as const),
    ...resting.map((each) => [`at rest: ${each.status ?? 'no word'}`, each.count] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return new Response(rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(''));
}
