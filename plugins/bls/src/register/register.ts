import { changeProxy, MusterError, toMusterError, type AccountTaskContext, type JsonObject, type LeasedProxy } from '@muster/sdk';
import type { LoadedProfile } from '../profile/profiles.ts';
import { askWhether, loginExists } from '../runner/ask-site.ts';
import { createMask, keepEvidence, type Mask } from '../runner/evidence.ts';
import { isStop, SiteFailure, toFailure, type FailureKind } from '../runner/failure.ts';
import { watchPage } from '../runner/page-watch.ts';
import type { People } from '../runner/people.ts';
import type { Visit } from '../runner/steps.ts';
import { stepsOf, walk } from '../runner/walk.ts';
import { Account, MAX_ATTEMPTS, NEEDED_TO_REGISTER, type Config, type CreateInput } from '../schemas.ts';
import type { BlsService } from '../service.ts';
import { openExit, type Exit } from '../service/exits.ts';
import type { Person } from '../service/journal.ts';
import type { OpenPage } from '../service/browsers.ts';
import type { Visa } from '../service/site-gate.ts';
import { baseUrlOf } from './base-url.ts';
import { codeByCommand } from './mail-code.ts';
import { decide, endOf, PAUSES } from './outcome.ts';

export type RegisterContext = AccountTaskContext<Config, Account, CreateInput>;

/** What a task notes before and after what cannot be taken back. */
interface Note extends JsonObject {
  readonly step: 'claimed' | 'posting' | 'refused' | 'registered';
  readonly site: string;
}
const readNote = (note: unknown): Note | undefined =>
  typeof note === 'object' && note !== null && 'step' in note ? (note as Note) : undefined;

export interface Registered extends JsonObject {
  readonly email: string;
  readonly site: string;
  readonly blsStatus: 'created';
}

interface Task {
  readonly ctx: RegisterContext;
  readonly service: BlsService;
  readonly loaded: LoadedProfile;
  readonly site: string;
  readonly baseUrl: string;
  readonly person: Person;
  readonly mask: Mask;
  readonly people: People;
  readonly startedAt: number;
  /** Never goes back, though the work may. */
  readonly at: (step: number, word: string) => void;
}

const iso = (ms: number): string => new Date(ms).toISOString();

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

const done = (email: string, site: string): Registered => ({ email, site, blsStatus: 'created' });

/** Everything that must be so before the site is visited. */
async function begin(ctx: RegisterContext, { service, loaded, site }: Pick<Task, 'service' | 'loaded' | 'site'>): Promise<Task> {
  const { account, config } = ctx;
  const startedAt = ctx.now();
  const { data } = account;
  const refuse = async (kind: FailureKind, code: string, message: string): Promise<never> => {
    await ctx.update({
      status: 'bls_failed',
      why: message,
      data: { blsStatus: 'failed', blsErrorMessage: message, blsErrorKind: kind, lastActivity: iso(ctx.now()) },
    });
    throw new MusterError(code, message, { remedy: 'retire-account', status: 'bls_failed' });
  };
  const lacking = NEEDED_TO_REGISTER.filter((field) => data[field] === undefined);
  if (lacking.length > 0)
    await refuse('field_invalid', 'FIELD_INVALID', `${lacking.join(', ')} must be filled in before a registration`);
  const checked = Account.safeParse(data);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    await refuse('field_invalid', 'FIELD_INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  if (!loaded.simulated && (data.consentAt === undefined || data.consentStatement === undefined))
    await refuse(
      'field_invalid',
      'NO_CONSENT',
      `No consent of the applicant is recorded; a live site needs it (muster run bls.record-consent)`,
    );
  if (data.passportExpiryDate !== undefined && data.passportExpiryDate <= iso(startedAt).slice(0, 10))
    await refuse('field_invalid', 'FIELD_INVALID', `passportExpiryDate: the passport expired on ${data.passportExpiryDate}`);

  const person: Person = {
    account: account.id,
    label: account.label,
    email: data.email,
    passportNumber: data.passportNumber ?? '',
    task: ctx.taskId,
  };
  const total = stepsOf(loaded.profile) + 1;
  let furthest = 0;
  const task: Task = {
    ctx,
    service,
    loaded,
    site,
    baseUrl: baseUrlOf(loaded, config),
    person,
    mask: createMask([data.passportNumber, await account.secret('password'), await account.secret('blsPassword')]),
    people: peopleOf(ctx, site),
    startedAt,
    at: (step, word) => {
      furthest = Math.max(furthest, Math.min(step, total));
      ctx.progress(furthest, total, word);
    },
  };
  task.at(0, 'begins');
  return task;
}

function peopleOf(ctx: RegisterContext, site: string): People {
  const { config, account } = ctx;
  const { email } = account.data;
  const expiresInMs = config.promptMs;
  return {
    ask: (request) => ctx.ask({ expiresInMs, ...request }),
    async code({ refused, since, withdraw }) {
      if (config.otpCommand.length > 0) {
        const request = { kind: 'otp', email, site, since: iso(since), refused } as const;
        try {
          return await codeByCommand(config.otpCommand, request, { timeoutMs: config.otpCommandTimeoutMs, signal: withdraw });
        } catch (error) {
          if (withdraw.aborted) throw error;
          ctx.log(`${account.label}: ${toMusterError(error).message} A person is asked.`);
        }
      }
      const again = refused.length > 0 ? 'The last code was not taken. ' : '';
      return ctx.ask({
        kind: 'otp',
        title: `${again}${account.label}: the code from the mail to ${email}`,
        expiresInMs,
        withdraw,
      });
    },
  };
}

async function work(task: Task): Promise<Registered> {
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

interface Outcome {
  /** Undefined: the site said that it is registered. */
  readonly failure: SiteFailure | undefined;
  readonly heard: boolean;
  /** The last post was made, and what became of it is not known. */
  readonly uncertain: boolean;
}

/** One visit of the site, in a browser context of its own. */
async function visit(
  task: Task,
  {
    exit,
    proxy,
    uncertain: before,
    askOnly = false,
  }: {
    readonly exit: Exit | undefined;
    readonly proxy: LeasedProxy | undefined;
    readonly uncertain: boolean;
    /** Only ask what became of the last post. */
    readonly askOnly?: boolean;
  },
): Promise<Outcome> {
  const { ctx, service, loaded, site, person } = task;
  const { profile } = loaded;
  const via = proxy ? ` · ${proxy.label}` : '';
  const gate = await service.gate(site);
  const visa: Visa = await gate.enter({
    paceMs: ctx.config.paceMs ?? profile.paceMs,
    signal: ctx.signal,
    note: (why) => task.at(0, why),
  });
  let uncertain = before;
  let opened: OpenPage | undefined;
  let watch: ReturnType<typeof watchPage> | undefined;
  const note = async (step: Note['step'], state: 'claimed' | 'posting'): Promise<void> => {
    await ctx.checkpoint.save({ step, site });
    await service.journal.note(site, person, state);
  };
  try {
    opened = await service.browsers().open({ proxyServer: exit?.proxyServer, blockedUrls: profile.blockedUrls });
    watch = watchPage(opened.page, { profile, signal: ctx.signal, now: () => Date.now() });
    const visiting: Visit = {
      watch,
      profile,
      baseUrl: task.baseUrl,
      data: ctx.account.data,
      timeoutMs: ctx.config.stepTimeoutMs,
      signal: ctx.signal,
      now: () => Date.now(),
      sleep: pause(ctx.signal),
    };
    if (uncertain) {
      task.at(0, `asking whether the login exists${via}`);
      const exists =
        (await loginExists(visiting)) ?? (await askWhether(task.people, { label: ctx.account.label, email: person.email, site }));
      visa.served();
      if (exists) return { failure: undefined, heard: true, uncertain: false };
      await note('refused', 'claimed');
      uncertain = false;
      if (askOnly) throw new SiteFailure('unknown', 'The registration was not made');
    }
    await walk(visiting, {
      people: task.people,
      label: ctx.account.label,
      at: (step, word) => {
        if (step > 0) visa.served();
        task.at(step, `${word}${via}`);
      },
      ledger: {
        async posting() {
          await note('posting', 'posting');
          uncertain = true;
        },
        async refused() {
          await note('refused', 'claimed');
          uncertain = false;
        },
      },
    });
    return { failure: undefined, heard: true, uncertain: false };
  } catch (thrown) {
    if (isStop(thrown)) throw thrown;
    const failure = toFailure(thrown, {});
    if (failure.kind === 'rate_limited' || failure.kind === 'blocked')
      await visa.refused({ why: failure.message, retryAfterMs: failure.facts.retryAfterMs, rules: PAUSES[failure.kind] });
    if (!askOnly && failure.kind !== 'network' && failure.kind !== 'browser_gone' && failure.kind !== 'proxy_fault')
      await keepEvidence(ctx, { page: opened?.page, failure, mask: task.mask, said: watch?.said ?? [] }).catch(() => undefined);
    return { failure, heard: watch?.heard ?? false, uncertain };
  } finally {
    visa.left();
    watch?.close();
    await opened?.close();
  }
}

/** Real time: it waits for a real page. */
const pause = (signal: AbortSignal) => (ms: number) =>
  new Promise<void>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

async function leaseProxy({ ctx, site }: Task): Promise<LeasedProxy | undefined> {
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

/** The site said so: kept first where it can never be lost, then shown. */
async function finish(task: Task, proxy: LeasedProxy | null): Promise<Registered> {
  const { ctx, service, site, person, loaded } = task;
  await ctx.checkpoint.save({ step: 'registered', site });
  await service.journal.note(site, person, 'registered');
  const now = ctx.now();
  const data = ctx.account.data;
  const blsPassword = loaded.profile.temporaryPassword ? await temporaryPassword(task) : undefined;
  await ctx.update({
    status: 'bls_created',
    why:
      blsPassword === undefined && loaded.profile.temporaryPassword ? `the password is in the mailbox of ${person.email}` : null,
    data: {
      blsStatus: 'created',
      blsUsername: person.email,
      ...(blsPassword !== undefined && { blsPassword }),
      blsCreatedAt: data.blsCreatedAt ?? iso(now),
      blsErrorMessage: '',
      blsErrorKind: '',
      lastActivity: iso(now),
    },
  });
  await service.attempts.add(`${ctx.taskId}/${data.processingAttempts}`, {
    site,
    outcome: 'registered',
    durationMs: now - task.startedAt,
    proxy: proxy?.label ?? null,
  });
  task.at(Number.POSITIVE_INFINITY, 'registered');
  return done(person.email, site);
}

/** From the second mail, by the operator's program where there is one; nobody is asked for it. */
async function temporaryPassword({ ctx, site, person, startedAt }: Task): Promise<string | undefined> {
  const { otpCommand, otpCommandTimeoutMs } = ctx.config;
  if (otpCommand.length === 0) return undefined;
  const request = { kind: 'password', email: person.email, site, since: iso(startedAt), refused: [] } as const;
  try {
    return await codeByCommand(otpCommand, request, { timeoutMs: otpCommandTimeoutMs, signal: ctx.signal });
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    ctx.log(`${ctx.account.label}: ${toMusterError(error).message} The password stays in the mailbox.`);
    return undefined;
  }
}

/** Leaves the account as what it is: failed, with why. The next try, if there is one, begins from there. */
async function failed({ ctx, mask }: Task, thrown: unknown): Promise<unknown> {
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
