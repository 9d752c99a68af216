import type { HttpContext, Json, LeasedAccount } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import type { RequestQuery } from './routes.ts';
import { ownerOf } from './system-id.ts';

type Context = HttpContext<Config, Account, RequestQuery>;
type Leased = LeasedAccount<Account>;

/** What PGPool answers of an account, and what else is known of it. */
async function view(account: Leased, password: string, now: number): Promise<Json> {
  const { provider, username, level, model, ios, deviceId } = account.data;
  return {
    auth_service: provider,
    username,
    password,
    latitude: null,
    longitude: null,
    rareless_scans: null,
    shadowbanned: account.status === 'blind',
    last_modified: Math.floor(now / 1_000),
    level: level ?? null,
    model: model ?? null,
    iOS: ios ?? null,
    id: deviceId ?? null,
    fence: account.fence,
  };
}

/** So many accounts without a password are passed over before it gives up looking. */
const MOST_PASSED_OVER = 1_000;

/** Accounts of the circle that have a password, taken until there are enough or the pool is dry. */
async function take({ pool }: Context, query: RequestQuery, count: number): Promise<{ good: Leased[]; rest: Leased[] }> {
  const { min_level: min, max_level: max } = query;
  const rank = { ...(min > 1 && { min }), ...(max < 40 && { max }) };
  const good: Leased[] = [];
  const rest: Leased[] = [];
  while (good.length < count && rest.length < MOST_PASSED_OVER) {
    const where = query.banned_or_new ? { where: 'used:never' } : {};
    const batch = await pool.lease({ rank, ...where, count: count - good.length });
    if (batch.length === 0) break;
    for (const account of batch) {
      // Asked for while it is leased: without a password it is of no use to anybody.
      ((await account.secret('password')) === undefined ? rest : good).push(account);
    }
  }
  return { good, rest };
}

/** Those that the system has already, renewed. */
async function reuse({ pool }: Context, query: RequestQuery, to: { owner: string; expiresAt: number }): Promise<Leased[]> {
  const { min_level: min, max_level: max, count } = query;
  const theirs = (await pool.handedOutTo(to.owner))
    .filter(({ rank }) => (min <= 1 || rank >= min) && (max >= 40 || rank <= max))
    .slice(0, count);
  const moved = new Set(await pool.extend(theirs, to));
  return theirs.filter(({ id }) => !moved.has(id));
}

/** `GET /account/request`. */
export async function request(_request: Request, context: Context): Promise<Response> {
  const { pool, config, query } = context;
  const to = { owner: ownerOf(query.system_id), expiresAt: context.now() + config.pgpoolReleaseMs };
  const again = (query.reuse || query.include_already_assigned) && !query.banned_or_new;
  const kept = again ? await reuse(context, query, to) : [];
  const { good, rest } = await take(context, query, query.count - kept.length);
  if (rest.length > 0) await pool.giveBack(rest);
  if (good.length > 0) await pool.handOut(good, to);
  const all = [...kept, ...good];
  const short = all.length < query.count ? `, ${query.count} were asked for` : '';
  context.log(`${good.length} accounts handed out to ${to.owner}${kept.length > 0 ? `, ${kept.length} kept` : ''}${short}`);
  const views = await Promise.all(
    all.map(async (account) => view(account, (await account.secret('password')) ?? '', context.now())),
  );
  return Response.json(query.count === 1 && views[0] !== undefined ? views[0] : views);
}
