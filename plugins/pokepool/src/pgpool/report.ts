import { toMusterError, type HttpContext, type PooledAccount } from '@muster/sdk';
import { endOf } from '../giving-back/verdict-end.ts';
import type { Account, Config, Verdict } from '../schemas.ts';
import type { Report, Reports } from './schemas.ts';
import { ownerOf } from './system-id.ts';

type Context = HttpContext<Config, Account, unknown, Reports>;
type Pooled = PooledAccount<Account>;

/** What a client's flags come to; PGPool does not tell for how long a ban is. */
const verdictOf = ({ banned, ban_flag: flag, shadowbanned }: Report): Verdict =>
  banned === true || flag === true ? 'temp-banned' : shadowbanned === true ? 'blind' : 'good';

/** The account of a report: by its provider, or else the one that is handed out. */
async function find({ pool }: Context, reports: readonly Report[]): Promise<(Pooled | undefined)[]> {
  const named = reports.flatMap(({ username }) => [
    { provider: 'ptc' as const, username },
    { provider: 'google' as const, username },
  ]);
  const found = await pool.find(named);
  return reports.map(({ auth_service: service }, at) => {
    const [ptc, google] = [found[2 * at], found[2 * at + 1]];
    if (service !== undefined) return service === 'ptc' ? ptc : google;
    const isOut = (account: Pooled | undefined): boolean => typeof account?.owner === 'string';
    return !isOut(ptc) && isOut(google) ? google : (ptc ?? google);
  });
}

/** One report. Returns what was wrong with it, for the log: PGPool's clients do not look at answers. */
async function apply(
  context: Context,
  report: Report,
  { account, releases }: { readonly account: Pooled | undefined; readonly releases: boolean },
): Promise<string | undefined> {
  const { pool, config } = context;
  if (!account) return 'is not in the pool';
  const owner = typeof report.system_id === 'string' && report.system_id !== '' ? ownerOf(report.system_id) : undefined;
  if (owner !== undefined && account.owner !== null && account.owner !== owner)
    return `belongs to ${account.owner}, not to ${owner}`;
  const one = { id: account.id, fence: report.fence ?? account.fence };
  if (one.fence !== account.fence) return 'was handed to somebody else since';
  if (typeof report.level === 'number' && report.level !== account.data.level) {
    await pool.update(one, { data: { level: report.level } });
  }
  const verdict = verdictOf(report);
  if (!releases && verdict === 'good') {
    if (account.owner === null) return undefined;
    const moved = await pool.extend([one], { owner: account.owner, expiresAt: context.now() + config.pgpoolReleaseMs });
    return moved.length > 0 ? 'came back meanwhile' : undefined;
  }
  // A report of a ban ends the lease as well: nobody else gets the account before it has rested.
  const { _release_reason: reason } = report;
  const said = `said by ${owner ?? account.owner ?? 'a client'}${typeof reason === 'string' ? `: ${reason}` : ''}`;
  const end = endOf(verdict, { config, now: context.now(), said });
  if (account.owner === null && !end.rest && !end.fail) return undefined;
  const moved = await pool.takeBack([one], { ...(account.owner !== null && { owner: account.owner }), ...end });
  return moved.length > 0 ? 'came back meanwhile' : undefined;
}

const reporting =
  (options: { readonly releases: boolean }) =>
  async (_request: Request, context: Context): Promise<Response> => {
    const { body } = context;
    const reports = Array.isArray(body) ? body : [body];
    const accounts = await find(context, reports);
    for (const [at, report] of reports.entries()) {
      const releases = options.releases || report.system_id === null;
      const wrong = await apply(context, report, { account: accounts[at], releases }).catch((thrown: unknown) => {
        const error = toMusterError(thrown);
        if (error.code !== 'LEASE_LOST') throw thrown;
        return error.message;
      });
      if (wrong !== undefined) context.log(`A report of ${report.username} was passed over: it ${wrong}`);
    }
    return new Response('ok');
  };

/** `POST /account/update`. */
export const update = reporting({ releases: false });
/** `POST /account/release`. */
export const release = reporting({ releases: true });
