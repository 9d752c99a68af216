import { MusterError, type Served, type SlotOutcome } from '@muster/sdk';
import type { Credential } from '../upstream/credentials.ts';
import type { UpstreamExchange, UpstreamFailure } from '../upstream/upstream.ts';
import { classify } from '../wire/classify.ts';
import { translateCompletion } from '../wire/completion.ts';
import { readSaid, type Said } from '../wire/detail.ts';
import { errorType } from '../wire/openai-error.ts';
import { headerOf, retryAfterMs, type Headers } from '../wire/retry-after.ts';
import { createStreamTranslator, type StreamTranslator } from '../wire/stream-translator.ts';
import { sseEvent } from '../wire/sse-reader.ts';
import { errorJson, type GatewayError } from './answer-error.ts';
import { headersOfAnswer } from './answer-headers.ts';
import { asStream } from './as-stream.ts';
import type { Call, CallDependencies, Verdict } from './call.ts';
import { refusedSignIn, trouble, type Attempt } from './refused-sign-in.ts';

/** So long after it left on a connection, a request is taken for counted by the service, whenever the answer begins. */
const SENT_BY_MS = 2_000;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const NO_STREAM = /stream/i;
const NO_COMPLETION = 'The service answered with what is no completion.';
const DONE = Buffer.from(sseEvent('[DONE]'));

/** What a request came to, as far as it is known. */
interface Result {
  readonly tokens?: number | undefined;
  readonly error?: string | undefined;
}

/** One request to the service with one account. */
export async function tryOnce(deps: CallDependencies, call: Call, attempt: Attempt): Promise<Verdict> {
  const { credentials, now } = deps;
  const { slot, base } = attempt;
  let credential = credentials.peek(slot.account);
  try {
    credential ??= await credentials.of(slot.account);
  } catch (thrown) {
    if (!(thrown instanceof MusterError)) throw thrown;
    return refusedSignIn(attempt, thrown, now());
  }
  if (call.reply.over()) {
    base.breaker.unknown();
    slot.finish({ kind: 'unused' });
    return { kind: 'done' };
  }
  return exchange(deps, call, attempt, credential);
}

function exchange(deps: CallDependencies, call: Call, { slot, base }: Attempt, credential: Credential): Promise<Verdict> {
  const { credentials, upstream, log, now, rotation } = deps;
  const { request, reply } = call;
  const { account } = slot;
  const accountId = account.id;
  const config = deps.config();
  const separate = config.reasoning === 'separate';
  const startedAt = now();
  const asked = request.stream && base.streams;
  const body = asked === request.stream ? request.body : withoutStream(request.body);
  const { promise, resolve } = Promise.withResolvers<Verdict>();

  let status = 0;
  let headers: Headers = {};
  let translator: StreamTranslator | undefined;
  const link: { exchange?: UpstreamExchange } = {};
  const pieces: Buffer[] = [];
  let size = 0;
  /** Of a stream: what came in this read and is not written yet. */
  let held: Buffer[] = [];
  let over = false;
  let sentBy: NodeJS.Timeout | undefined;

  const served = ({ tokens, error }: Result = {}): Served => ({
    status,
    durationMs: now() - startedAt,
    model: request.model,
    ...(tokens !== undefined && { tokens }),
    ...(error !== undefined && { error }),
  });
  const settle = (outcome: SlotOutcome, verdict: Verdict): void => {
    if (over) return;
    over = true;
    clearTimeout(sentBy);
    slot.finish(outcome);
    resolve(verdict);
  };
  const used = (verdict: Verdict, result: Result = {}): void => {
    const { tokens, error = 'error' in verdict ? (verdict.error.code ?? String(verdict.error.status)) : undefined } = result;
    settle({ kind: 'used', served: served({ tokens, error }) }, verdict);
  };
  const answerHeaders = (type: string): Record<string, string> =>
    headersOfAnswer({ type, accountId, attempts: call.attempts, limits: deps.limitHeaders(), service: headers });
  const done = (tokens?: number): void => {
    deps.suspects.delete(accountId);
    log.count(translator ? 'streamed' : 'answered');
    if (tokens !== undefined) log.count('tokens', tokens);
    used({ kind: 'done' }, { tokens });
  };

  /** In the middle of a stream there is no other account any more: the client is told, in the stream. */
  const breakOff = (error: GatewayError): void => {
    log.count('failed');
    log.trouble({ at: now(), account: accountId, status: error.status, code: error.code ?? '', message: error.message });
    reply.end(sseEvent(errorJson({ ...error, accountId })));
    used({ kind: 'done' }, { tokens: translator?.result().tokens, error: error.code });
  };
  const serviceFault = (error: GatewayError, pause = true): void => {
    base.breaker.fault();
    writeHeld();
    if (reply.begun()) return breakOff(error);
    used({ kind: 'again', error: { ...error, accountId }, pause });
  };
  /** Nothing that a service may send leaves the account taken and the client waiting. */
  const reading = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      if (over) throw thrown;
      link.exchange?.abort();
      serviceFault(trouble(NO_COMPLETION), false);
    }
  };
  const rateLimited = (said: Said): void => {
    log.count('rateLimitHits');
    const wait = retryAfterMs(headers, now()) ?? config.cooldownMs;
    const outcome = {
      kind: 'rest',
      until: now() + wait,
      status: 'rate-limited',
      why: said.message,
      served: served({ error: 'RATE_LIMIT_EXCEEDED' }),
    } as const;
    if (over) return;
    over = true;
    clearTimeout(sentBy);
    deps.suspects.add(accountId);
    slot.finish(outcome);
    const next = rotation.nextAt();
    const error: GatewayError = {
      status: 429,
      code: 'RATE_LIMIT_EXCEEDED',
      type: 'rate_limit_error',
      message: said.message,
      accountId,
      retryAfterMs: next === null || deps.except ? wait : Math.max(0, next - now()),
    };
    resolve({ kind: 'again', error });
  };
  const retire = (word: 'invalid' | 'blocked', why: string): void => {
    deps.suspects.delete(accountId);
    const code = word === 'invalid' ? 'INVALID_CREDENTIALS' : 'ACCOUNT_BLOCKED';
    const outcome = { kind: 'failed', status: word, why, served: served({ error: code }) } as const;
    settle(outcome, { kind: 'again', error: { status: 401, code, message: why, accountId } });
  };
  const unauthorized = (said: Said): void => {
    credentials.drop(account, credential);
    if (account.data.kind === 'api-key') return retire('invalid', said.message);
    if (!credential.proven) return retire('blocked', `the service refuses a token that it has just given: ${said.message}`);
    // The token has ended: whoever has the account next signs in anew.
    used({ kind: 'again', free: true, error: { status: 401, code: 'SESSION_ENDED', message: said.message, accountId } });
  };
  const refused = (text: string): void => {
    const said = readSaid(text);
    const fault = classify(status, said);
    if (fault.kind !== 'service') base.breaker.ok();
    switch (fault.kind) {
      case 'service':
        return serviceFault({ ...trouble(said.message, status >= 500 ? status : 502), code: said.code ?? 'SERVICE_ERROR' });
      case 'rate-limited':
        return rateLimited(said);
      case 'unauthorized':
        return unauthorized(said);
      case 'blocked':
        return retire('blocked', fault.why);
      case 'request': {
        const error: GatewayError = {
          status,
          message: said.message,
          type: said.type ?? errorType(status),
          code: said.code,
          param: said.param,
          accountId,
        };
        if (asked && status === 400 && NO_STREAM.test(said.message)) {
          base.refusedStream();
          return used({ kind: 'again', free: true, error });
        }
        return used({ kind: 'give-up', error });
      }
    }
  };
  const answerWhole = (text: string): void => {
    const whole = translateCompletion(text, { accountId, separate });
    if (!whole) return serviceFault(trouble(NO_COMPLETION));
    // Before the head: it may hold what cannot be told in a stream.
    const told = request.stream ? asStream(whole.json) : whole.json;
    base.breaker.ok();
    credential.proven = true;
    reply.head(200, {
      ...answerHeaders(request.stream ? 'text/event-stream; charset=utf-8' : 'application/json'),
      ...(request.stream && { 'cache-control': 'no-cache' }),
      'content-length': String(Buffer.byteLength(told)),
    });
    reply.end(told);
    done(whole.tokens);
  };
  const endStream = (stream: StreamTranslator): void => {
    held.push(...stream.end());
    const { error, tokens, finished } = stream.result();
    if (error !== undefined) {
      const said = readSaid(error);
      const limited = /rate.?limit|too many|quota/i.test(`${said.code} ${said.type} ${said.message}`);
      if (limited && !reply.begun() && held.length === 0) return rateLimited(said);
      return serviceFault({ ...trouble(said.message), code: said.code ?? 'SERVICE_ERROR' });
    }
    if (!reply.begun() && held.length === 0) return serviceFault(trouble('The stream of the service was empty.'));
    if (!finished) held.push(DONE);
    const rest = takeHeld();
    // All in one read: one write, which needs no chunks.
    beginStream(rest.length);
    reply.end(rest);
    done(tokens);
  };
  const beginStream = (length?: number): void => {
    if (reply.begun()) return;
    base.breaker.ok();
    credential.proven = true;
    reply.onDrained(() => link.exchange?.resume());
    reply.head(200, {
      ...answerHeaders('text/event-stream; charset=utf-8'),
      'cache-control': 'no-cache',
      ...(length !== undefined && { 'content-length': String(length) }),
    });
  };
  const takeHeld = (): Buffer => {
    const [only, ...others] = held;
    const all = only && others.length === 0 ? only : Buffer.concat(held);
    held = [];
    return all;
  };
  const writeHeld = (): void => {
    if (held.length === 0 || over) return;
    beginStream();
    if (!reply.write(takeHeld())) link.exchange?.pause();
  };

  const take = (bytes: Buffer): void => {
    if (translator) {
      const idle = held.length === 0;
      held.push(...translator.push(bytes));
      // The pieces of one read come one after the other, and its end with them: they go out in one write.
      if (idle && held.length > 0) process.nextTick(writeHeld);
      return;
    }
    size += bytes.length;
    const whole = status >= 200 && status < 300;
    if (size <= (whole ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES)) pieces.push(bytes);
    else if (whole) {
      link.exchange?.abort();
      serviceFault(trouble('The answer of the service is too long.'), false);
    }
  };
  const ended = (): void => {
    if (over) return;
    if (translator) return endStream(translator);
    const text = pieces.length === 1 ? String(pieces[0]) : Buffer.concat(pieces).toString('utf8');
    if (status >= 200 && status < 300) answerWhole(text);
    else refused(text);
  };

  call.whenGone(() => {
    link.exchange?.abort();
    base.breaker.unknown();
    used({ kind: 'done' }, { tokens: translator?.result().tokens });
  });
  link.exchange = upstream.send(
    {
      to: base.chat(),
      method: 'POST',
      headers: {
        authorization: credential.header,
        'content-type': 'application/json',
        accept: asked ? 'text/event-stream, application/json' : 'application/json',
        'user-agent': 'muster',
      },
      body,
      headMs: config.requestTimeoutMs,
      idleMs: config.idleTimeoutMs,
    },
    {
      left() {
        sentBy = setTimeout(() => slot.sent(), SENT_BY_MS);
      },
      head(code, answered) {
        slot.sent();
        clearTimeout(sentBy);
        status = code;
        headers = answered;
        if (code >= 200 && code < 300 && (headerOf(answered, 'content-type') ?? '').includes('text/event-stream')) {
          const implied = config.impliedThinking;
          const { withUsage } = request;
          const mayRepeat = base.kind === 'sign-in';
          translator = createStreamTranslator({ accountId, separate, implied, mayRepeat, withUsage });
        }
      },
      data: (bytes) => reading(() => take(bytes)),
      end: () => reading(ended),
      failed({ message, timeout, unsent }: UpstreamFailure) {
        const error = {
          ...trouble(`The service cannot be reached: ${message}.`, timeout ? 504 : 502),
          ...(timeout && { code: 'SERVICE_TIMEOUT' }),
        };
        if (unsent) {
          base.breaker.fault();
          return settle({ kind: 'unused' }, { kind: 'again', error: { ...error, accountId }, pause: true });
        }
        if (!timeout) return serviceFault(error);
        base.breaker.fault();
        writeHeld();
        if (reply.begun()) return breakOff(error);
        // Another account would wait as long.
        used({ kind: 'give-up', error: { ...error, accountId } });
      },
    },
  );
  return promise;
}

function withoutStream(body: Buffer): Buffer {
  const { stream_options: _, ...rest } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...rest, stream: false }));
}
