import type { HttpContext, KnownAccount, KnownJob } from '@muster/sdk';
import { z } from 'zod';
import { countsOf } from '../figures/counts.ts';
import type { Account, Config } from '../schemas.ts';
import { invalid } from './answers.ts';
import type { ProgressQuery } from './routes.ts';

type Context<TQuery = unknown> = HttpContext<Config, Account, TQuery>;

const Ids = z.array(z.string().min(1).max(100)).max(10_000);
const Start = z.object({
  account_ids: Ids.optional(),
  max_concurrent: z.int().min(1).max(100).optional(),
  proxy_country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
});

/** How a caller follows a job: it is never waited for here. */
const started = (
  job: KnownJob,
  accepted: readonly string[],
  skipped: readonly { account_id: string; reason: string }[],
): Response =>
  Response.json(
    {
      message: `The registration of ${accepted.length} accounts was started`,
      job_id: job.id,
      accepted: accepted.length,
      account_ids: accepted,
      skipped,
      links: {
        status: `/v1/jobs/${job.id}`,
        watch: `/v1/watch?job=${job.id}`,
        processing_status: '/api/enhanced-bls/accounts/processing-status',
      },
    },
    { status: 202 },
  );

const problemsOf = (error: z.ZodError): Response =>
  invalid(error.issues.map(({ path, message }) => ({ path: path.join('.') || 'account_ids', message })));

/** What failed, and what an interrupted task left in the middle. */
const AGAIN: ReadonlySet<string> = new Set(['failed', 'creating']);

/** Why an account cannot be registered now; undefined when it can. */
function unfit(account: KnownAccount<Account> | undefined): string | undefined {
  if (!account) return 'Account not found';
  if (account.data.blsStatus === 'created') return 'is registered already';
  if (account.status === 'inactive' || account.state === 'paused' || account.state === 'retired') return 'is inactive';
  if (account.state === 'busy' || account.state === 'needs-you') return 'is being registered';
  return undefined;
}

const PAGE = 1_000;

async function all({ accounts }: Context, where: string): Promise<KnownAccount<Account>[]> {
  const found: KnownAccount<Account>[] = [];
  for (;;) {
    const { accounts: more, total } = await accounts.list({ where, offset: found.length, limit: PAGE });
    found.push(...more);
    if (more.length === 0 || found.length >= total) return found;
  }
}

async function start(context: Context, action: 'create' | 'retry-failed', where: string): Promise<Response> {
  const { accounts, jobs, body } = context;
  const parsed = Start.safeParse(body ?? {});
  if (!parsed.success) return problemsOf(parsed.error);
  const { account_ids: ids, max_concurrent: concurrency, proxy_country: proxyCountry } = parsed.data;
  if (action === 'create' && ids === undefined)
    return invalid([{ path: 'account_ids', message: 'which accounts? A list of ids' }]);
  const chosen = ids
    ? await Promise.all([...new Set(ids)].map(async (id) => [id, await accounts.get(id)] as const))
    : (await all(context, where)).map((account) => [account.id, account] as const);
  const skipped = chosen.flatMap(([id, account]) => {
    const reason =
      unfit(account) ?? (action === 'retry-failed' && !AGAIN.has(account?.data.blsStatus ?? '') ? 'has not failed' : undefined);
    return reason === undefined ? [] : [{ account_id: id, reason }];
  });
  const out = new Set(skipped.map(({ account_id: id }) => id));
  const accepted = chosen.map(([id]) => id).filter((id) => !out.has(id));
  if (accepted.length === 0)
    return Response.json(
      {
        detail: action === 'create' ? 'No valid accounts found for BLS creation' : 'No failed accounts found',
        code: 'BAD_REQUEST',
        skipped,
      },
      { status: 400 },
    );
  const job = await jobs.start(action, {
    accounts: accepted,
    input: proxyCountry === undefined ? {} : { proxyCountry },
    ...(concurrency !== undefined && { concurrency }),
  });
  return started(job, accepted, skipped);
}

/** `POST /create-bls`. Also those whose registration was interrupted: the site is asked first what became of it. */
export const createBls = (_request: Request, context: Context): Promise<Response> => start(context, 'create', '');

/** `POST /retry-failed-bls`: all that failed, or those of `account_ids` that did. */
export const retryFailed = (_request: Request, context: Context): Promise<Response> =>
  start(context, 'retry-failed', '(data.blsStatus=failed or data.blsStatus=creating)');

/** `GET /processing-status`. */
export async function progress(_request: Request, context: Context<ProgressQuery>): Promise<Response> {
  const { accounts, query, jobs } = context;
  const counts = await countsOf(accounts);
  const named = query.limit > 0 ? (await accounts.list({ limit: query.limit, sort: '-updated' })).accounts : [];
  const running = (await jobs.list({ limit: 20 })).filter(({ endedAt }) => endedAt === null);
  return Response.json({
    status_summary: { total: counts.total, ...counts.bls },
    detailed_status: named.map(({ id, status, why, data }) => ({
      account_id: id,
      email: data.email,
      bls_status: data.blsStatus,
      status: status ?? 'created',
      why,
      processing_attempts: data.processingAttempts,
      last_processing_attempt: data.lastProcessingAttempt ?? null,
      bls_error_message: data.blsErrorMessage ?? null,
    })),
    jobs: running.map(({ id, action, state, total, done, failed }) => ({ job_id: id, action, state, total, done, failed })),
  });
}

/** `GET /stats/summary`. */
export async function summary(_request: Request, { accounts }: Context): Promise<Response> {
  const { total, status, bls } = await countsOf(accounts);
  return Response.json({
    total_accounts: total,
    created_accounts: status.created,
    bls_creating: bls.creating,
    bls_created: bls.created,
    bls_failed: bls.failed,
    bls_not_created: bls.not_created,
    inactive: status.inactive,
  });
}
