import { MusterError, type RequestSlot, type SlotRequest } from '@muster/sdk';
import type { Account } from '../schemas.ts';
import { sseEvent } from '../wire/sse-reader.ts';
import { answerError, CLOSING, errorJson, type GatewayError } from './answer-error.ts';
import { tryOnce } from './attempt.ts';
import type { Call, CallDependencies } from './call.ts';
import type { ChatRequest } from './chat-request.ts';
import type { Reply } from './reply.ts';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;

const nobody = (error: MusterError, attempts: number): GatewayError => {
  const { retryAfterMs } = error;
  const message =
    retryAfterMs === undefined
      ? 'No account is in rotation. Add one, or put one that was paused or refused back.'
      : `No account is free; the first is in ${Math.ceil(retryAfterMs)} ms.`;
  return {
    status: retryAfterMs === undefined ? 503 : 429,
    type: 'rate_limit_error',
    code: 'NO_AVAILABLE_ACCOUNTS',
    message,
    retryAfterMs,
    attempts,
  };
};

/** All services that are used are left alone just now: when the first is tried again. */
function shutUntil({ bases }: CallDependencies): number | undefined {
  const used = Object.values(bases).filter((base) => base.used);
  let first = Infinity;
  for (const { breaker } of used) {
    if (breaker.shutUntil === undefined) return undefined;
    first = Math.min(first, breaker.shutUntil);
  }
  return used.length === 0 ? undefined : first;
}

const unavailable = (until: number, now: number, attempts: number): GatewayError => ({
  status: 503,
  code: 'SERVICE_UNAVAILABLE',
  message: 'The service failed again and again and is left alone for a moment.',
  retryAfterMs: Math.max(1, until - now),
  attempts,
});

async function acquire(deps: CallDependencies, call: Call, deadline: number): Promise<RequestSlot<Account> | GatewayError> {
  const { rotation, bases, now } = deps;
  const shut = Object.values(bases).flatMap(({ breaker, shut: ids }) => {
    if (breaker.shutUntil !== undefined) return [ids];
    ids.clear();
    return [];
  });
  const exclude = deps.except ?? (shut.length === 1 ? shut[0] : undefined);
  const ask = { ...(exclude && { exclude }), tokens: call.request.tokens };
  const wait = async (request: SlotRequest): Promise<RequestSlot<Account> | GatewayError> => {
    const controller = new AbortController();
    call.whenGone(() => controller.abort(new MusterError('ABORTED', 'The client went away.')));
    try {
      return await rotation.acquire({ ...request, maxWaitMs: Math.max(0, deadline - now()), signal: controller.signal });
    } catch (thrown) {
      if (thrown instanceof MusterError && thrown.code === 'NOTHING_AVAILABLE') return nobody(thrown, call.attempts);
      if (call.reply.over()) return { status: 499, message: 'The client went away.' };
      throw thrown;
    } finally {
      call.whenGone(undefined);
    }
  };
  if (call.attempts > 0 && deps.suspects.size > 0) {
    const surer = { ...ask, exclude: exclude ? new Set([...exclude, ...deps.suspects]) : deps.suspects };
    const slot = rotation.pick(surer);
    if (slot) return slot;
    // The last chance is worth waiting for one that is known to serve.
    if (call.last && !deps.except && rotation.size > deps.suspects.size) return wait(surer);
  }
  // Nobody overtakes: who waits is served first.
  const slot = rotation.pick(ask);
  if (slot) return slot;
  // Nobody to wait for.
  if (rotation.size === 0) return nobody(new MusterError('NOTHING_AVAILABLE', 'No account is in rotation.'), call.attempts);
  return wait(ask);
}

/** Takes one request to an account that can serve it, on to the next where one cannot, and its answer back. */
export async function serveCall(deps: CallDependencies, request: ChatRequest, reply: Reply): Promise<void> {
  const { log, config, now, bases } = deps;
  const { maxRetries, maxWaitMs } = config();
  let gone: (() => void) | undefined;
  // A variable, not a field: a function stored into a field of a new object makes a hidden class of its own, which lives long.
  const whenGone = (end: (() => void) | undefined): void => void (gone = end);
  const call: Call = { request, reply, attempts: 0, last: maxRetries === 0, whenGone };
  const deadline = now() + maxWaitMs;
  let retries = 0;
  let free = 1;
  log.count('calls');
  reply.onGone(() => {
    log.count('hungUp');
    gone?.();
  });
  const note = ({ accountId: account, status, code = '', message }: GatewayError): void => {
    log.count('failed');
    log.trouble({ at: now(), account, status, code, message });
  };
  const refuse = (error: GatewayError): void => {
    if (reply.over()) return;
    note(error);
    answerError(reply, { ...error, attempts: call.attempts }, deps.limitHeaders());
  };

  reply.onClosing(() => {
    if (reply.over()) return;
    if (reply.begun()) {
      note(CLOSING);
      reply.end(sseEvent(errorJson(CLOSING)));
    } else refuse(CLOSING);
    gone?.();
  });

  while (!reply.over()) {
    const until = shutUntil(deps);
    if (until !== undefined) return refuse(unavailable(until, now(), call.attempts));
    const slot = await acquire(deps, call, deadline);
    if ('status' in slot) return refuse(slot);
    const base = bases[slot.account.data.kind];
    base.used = true;
    if (reply.over()) return slot.finish({ kind: 'unused' });
    if (!base.breaker.allow()) {
      slot.finish({ kind: 'unused' });
      if (deps.except) return refuse(unavailable(base.breaker.shutUntil ?? now(), now(), call.attempts));
      base.shut.add(slot.account.id);
      continue;
    }
    call.attempts += 1;
    const verdict = await tryOnce(deps, call, { slot, base });
    call.whenGone(undefined);
    if (verdict.kind === 'done') return;
    if (verdict.kind === 'give-up') return refuse(verdict.error);
    if (verdict.free === true && free > 0) free -= 1;
    else if (retries >= maxRetries) return refuse(verdict.error);
    else retries += 1;
    call.last = retries >= maxRetries;
    log.count('moved');
    if (verdict.pause === true) {
      // With jitter, so that those who failed together do not come together.
      const longest = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retries);
      await deps.sleep(longest * (0.5 + deps.random() / 2));
    }
  }
}
