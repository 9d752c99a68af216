import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpContext, Json, LeasedAccount } from '@muster/sdk';
import { gather } from '../allocate/gather.ts';
import { inTurnOf } from '../allocate/in-turn.ts';
import { createChecker } from '../checkers/create-checker.ts';
import type { FileFormat } from '../formats/file-account.ts';
import type { Account, Config } from '../schemas.ts';
import type { RequestQuery } from './schemas.ts';
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

/** The answer has room for any credentials. */
const ANY: FileFormat = { head: '', line: () => '', unfit: () => undefined };

/** Without a checker: many accounts without a password may stand before one that has one. */
const LOOKING_MS = 30_000;

/** The context of a task has these; a request brings its own. */
const waits = ({ signal }: Context) => ({
  progress: () => undefined,
  sleep: (ms: number) => sleep(ms, undefined, { signal }),
});

/**
 * Accounts of the circle that have a password and that the checker found good, until there are enough, the pool is dry, or the client
 * has waited long enough. Who asks for accounts that were never used checks them itself.
 */
async function take(context: Context, query: RequestQuery, wanted: number): Promise<{ good: Leased[]; told: string }> {
  const { config } = context;
  const { min_level: min, max_level: max, banned_or_new: theirs } = query;
  const rank = { ...(min > 1 && { min }), ...(max < 40 && { max }) };
  const checker = theirs || config.pgpoolCheckMs === 0 ? undefined : await createChecker(config, fetch);
  const { good, rested } = await gather(
    { ...context, ...waits(context) },
    {
      wanted,
      request: { rank, ...(theirs && { where: 'used:never' }) },
      checker,
      format: ANY,
      enough: AbortSignal.timeout(config.pgpoolCheckMs || LOOKING_MS),
      ...(checker && { inTurn: inTurnOf(config.checksAtOnce) }),
    },
  );
  const verdicts = Object.entries(rested).map(([verdict, count]) => `, ${count} ${verdict}`);
  return { good: good.map(({ account }) => account), told: verdicts.join('') };
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
  const { good, told } = await take(context, query, query.count - kept.length);
  if (good.length > 0) await pool.handOut(good, to);
  const all = [...kept, ...good];
  const short = all.length < query.count ? `, ${query.count} were asked for` : '';
  context.log(
    `${good.length} accounts handed out to ${to.owner}${kept.length > 0 ? `, ${kept.length} kept` : ''}${short}${told}`,
  );
  const views = await Promise.all(
    all.map(async (account) => view(account, (await account.secret('password')) ?? '', context.now())),
  );
  return Response.json(query.count === 1 && views[0] !== undefined ? views[0] : views);
}
