import { changeProxy, MusterError, toMusterError, type JsonObject, type LeasedProxy } from '@muster/sdk';
import type { FailureKind } from '../runner/failure.ts';
import { MAX_ATTEMPTS } from '../schemas.ts';
import type { BlsService } from '../service.ts';
import { openExit, type Exit } from '../service/exits.ts';
import { baseUrlOf } from './base-url.ts';
import { begin } from './begin.ts';
import { done, finish } from './finish.ts';
import { decide, endOf } from './outcome.ts';
import { iso, type Note, type RegisterContext, type Registered, type Registration } from './registration.ts';
import { visit } from './visit.ts';

const readNote = (note: unknown): Note | undefined =>
  typeof note === 'object' && note !== null && 'step' in note ? (note as Note) : undefined;

/** Registers one applicant at the site, once, whatever happens on the way. */
export async function register(ctx: RegisterContext): Promise<Registered | JsonObject> {
  const { account, config } = ctx;
  const service = await ctx.service<BlsService>();
  const loaded = await service.profiles.enabled(config.profile);
  const site = new URL(baseUrlOf(loaded, config)).host;
  if (account.data.blsStatus === 'created') {
    ctx.progress(1, 1, 'registered already');
    return done(account.data.email, site);
  }
  if (account.status === 'inactive')
    throw new MusterError('ACCOUNT_STATE', `${account.label} is inactive. Enable it first.`, { remedy: 'fail' });
  const task = await begin(ctx, { service, loaded, site });
  try {
    return await work(task);
  } catch (thrown) {
    throw await failed(task, thrown);
  }
}

async function work(task: Registration): Promise<Registered> {
  const { ctx, service, site, person } = task;
  const before = readNote(ctx.checkpoint.last);
  const claimed = await service.journal.claim(site, person);
  if (before?.step === 'registered' || claimed === 'registered') return finish(task, null);
  // Also when an older system, or an older task, was in the middle of it.
  let uncertain = before?.step === 'posting' || claimed === 'posting' || ctx.account.data.blsStatus === 'creating';
  await ctx.update({
    status: 'bls_creating',
    why: null,
    data: {
      blsStatus: 'creating',
      processingAttempts: ctx.account.data.processingAttempts + 1,
      lastProcessingAttempt: iso(ctx.now()),
      lastActivity: iso(ctx.now()),
    },
  });

  const proxy = await leaseProxy(task);
  let exit: Exit | undefined;
  const restarts = new Map<FailureKind, number>();
  let heard = false;
  let verdict: Parameters<RegisterContext['proxies']['giveBack']>[1] = { kind: 'ok' };
  try {
    exit = proxy && (await openExit(proxy));
    for (;;) {
      const outcome = await visit(task, { exit, proxy, uncertain });
      heard ||= outcome.heard;
      if (outcome.failure === undefined) return await finish(task, proxy ?? null);
      let { failure } = outcome;
      ({ uncertain } = outcome);
      let decision = decide(failure, { restarts, hasProxy: proxy !== undefined, heard });
      if (uncertain && (decision === 'fail' || decision === 'rest')) {
        // It is not tried again by itself: so it is asked now what became of it.
        const asked = await visit(task, { exit, proxy, uncertain, askOnly: true });
        if (asked.failure === undefined) return await finish(task, proxy ?? null);
        ({ uncertain } = asked);
        if (uncertain) {
          ({ failure } = asked);
          decision = decide(failure, { restarts, hasProxy: proxy !== undefined, heard });
        }
      }
      if (decision === 'restart') {
        restarts.set(failure.kind, (restarts.get(failure.kind) ?? 0) + 1);
        ctx.log(`${ctx.account.label}: ${failure.message}; it begins again`);
        continue;
      }
      if (decision === 'change-proxy') verdict = { kind: 'failed', why: failure.message.slice(0, 200) };
      else if (decision === 'pause-site') verdict = { kind: 'refused', status: failure.facts.status ?? 0 };
      await service.attempts.add(`${ctx.taskId}/${ctx.account.data.processingAttempts}`, {
        site,
        outcome: failure.kind,
        durationMs: ctx.now() - task.startedAt,
        proxy: proxy?.label ?? null,
      });
      const gate = await service.gate(site);
      throw endOf(failure, decision, {
        site,
        pausedForMs: gate.state().pausedUntil - ctx.now(),
        lastAttempt: ctx.attempt >= MAX_ATTEMPTS,
      });
    }
  } finally {
    await exit?.close().catch(() => undefined);
    if (proxy) await ctx.proxies.giveBack(proxy, verdict).catch(() => undefined);
  }
}

async function leaseProxy({ ctx, site }: Registration): Promise<LeasedProxy | undefined> {
  const country = ctx.input.proxyCountry ?? ctx.config.proxyCountry;
  try {
    return await ctx.proxies.lease({ target: site, account: ctx.account.id, ...(country !== undefined && { country }) });
  } catch (thrown) {
    const error = toMusterError(thrown);
    if (error.code !== 'NOTHING_AVAILABLE') throw thrown;
    // Nobody's fault: it comes back when one is there.
    throw changeProxy(error.message, { retryAfterMs: error.retryAfterMs ?? 5_000, status: 'bls_failed', cause: error });
  }
}

/** Leaves the account as what it is: failed, with why. The next try, if there is one, begins from there. */
async function failed({ ctx, mask }: Registration, thrown: unknown): Promise<unknown> {
  const error = toMusterError(thrown);
  if (error.code === 'LEASE_LOST') return thrown;
  const message = mask.hide(error.message).slice(0, 2_000);
  const kind = error.code === 'CONFLICT' ? 'duplicate_here' : error.code.toLowerCase();
  try {
    // Also when it is stopped: an account that nobody works on must not look as if somebody did.
    await ctx.update({
      status: 'bls_failed',
      why: message.slice(0, 300),
      data: { blsStatus: 'failed', blsErrorMessage: message, blsErrorKind: kind, lastActivity: iso(ctx.now()) },
    });
  } catch {
    // The lease is gone, or the host stops hard: the next one finds the account as it is.
    return thrown;
  }
  if (ctx.signal.aborted) return thrown;
  const { code, remedy, retryAfterMs, details, cause } = error;
  return new MusterError(code, message, {
    // What is another's is not put right by trying again.
    remedy: code === 'CONFLICT' ? 'retire-account' : remedy,
    status: 'bls_failed',
    cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(details && { details }),
  });
}
