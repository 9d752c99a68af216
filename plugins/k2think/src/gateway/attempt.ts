import { MusterError, type Served, type SlotOutcome } from '@muster/sdk';
import type { Credential } from '../upstream/credentials.ts';
import type { UpstreamExchange, UpstreamFailure } from '../upstream/upstream.ts';
import { translateCompletion } from '../wire/completion.ts';
import { readSaid, type Said } from '../wire/detail.ts';
import { headerOf, type Headers } from '../wire/retry-after.ts';
import { createStreamTranslator, type StreamTranslator } from '../wire/stream-translator.ts';
import { sseEvent } from '../wire/sse-reader.ts';
import { errorJson, type GatewayError } from './answer-error.ts';
import { headersOfAnswer } from './answer-headers.ts';
import { asStream } from './as-stream.ts';
import type { Call, CallDependencies, Verdict } from './call.ts';
import { rateLimited, refusalOf, troubleOf, type Sent } from './refusals.ts';
import { refusedSignIn, trouble, type Attempt } from './refused-sign-in.ts';
import { createStreamRelay, type StreamRelay } from './stream-relay.ts';

/** So long after it left on a connection, a request is taken for counted by the service, whenever the answer begins. */
const SENT_BY_MS = 2_000;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const NO_COMPLETION = 'The service answered with what is no completion.';
const STREAM = 'text/event-stream; charset=utf-8';
const NOT_KEPT = { 'cache-control': 'no-cache' };

const speaksOfLimit = ({ code, type, message }: Said): boolean =>
  /rate.?limit|too many|quota/i.test(`${code} ${type} ${message}`);
const packed = (headers: Headers): boolean => (headerOf(headers, 'content-encoding') ?? 'identity').toLowerCase() !== 'identity';

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
  const { upstream, log, now } = deps;
  const { request, reply } = call;
  const { account } = slot;
  const accountId = account.id;
  const config = deps.config();
  const separate = config.reasoning === 'separate';
  const startedAt = now();
  const streamed = request.stream && base.streams;
  const body = streamed === request.stream ? request.body : withoutStream(request.body);
  const sent: Sent = { account, base, credential, streamed };
  const { promise, resolve } = Promise.withResolvers<Verdict>();

  let status = 0;
  let headers: Headers = {};
  let translator: StreamTranslator | undefined;
  let relay: StreamRelay | undefined;
  const link: { exchange?: UpstreamExchange } = {};
  const pieces: Buffer[] = [];
  let size = 0;
  let over = false;
  let sentBy: NodeJS.Timeout | undefined;

  const served = ({ tokens, error }: Result = {}): Served => ({
    status,
    durationMs: now() - startedAt,
    model: request.model,
    ...(tokens !== undefined && { tokens }),
    ...(error !== undefined && { error }),
  });
  const settle = (outcome: SlotOutcome, verdict: Verdict | (() => Verdict)): void => {
    if (over) return;
    over = true;
    clearTimeout(sentBy);
    slot.finish(outcome);
    resolve(typeof verdict === 'function' ? verdict() : verdict);
  };
  const used = (verdict: Verdict, result: Result = {}): void => {
    const { tokens, error = 'error' in verdict ? (verdict.error.code ?? String(verdict.error.status)) : undefined } = result;
    settle({ kind: 'used', served: served({ tokens, error }) }, verdict);
  };
  const begin = (type: string, more: Readonly<Record<string, string>>): void => {
    base.breaker.ok();
    credential.proven = true;
    const answered = { type, accountId, attempts: call.attempts, limits: deps.limitHeaders(), service: headers };
    reply.head(200, { ...headersOfAnswer(answered), ...more });
  };
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
  const serviceFault = (trouble: GatewayError, again: 'later' | 'at-once' | 'never' = 'later'): void => {
    base.breaker.fault();
    relay?.flush();
    if (reply.begun()) return breakOff(trouble);
    const error = { ...trouble, accountId };
    used(again === 'never' ? { kind: 'give-up', error } : { kind: 'again', error, pause: again === 'later' });
  };
  /** It says what nobody can use: the rest of it is not waited for. */
  const unfit = (message: string): void => {
    link.exchange?.abort();
    serviceFault(trouble(message), 'at-once');
  };
  /** Nothing that a service may send leaves the account taken and the client waiting. */
  const reading = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      if (over) throw thrown;
      unfit(NO_COMPLETION);
    }
  };
  const refused = (said: Said): void => {
    const answer = { status, headers, said, served: (error: string) => served({ error }) };
    const refusal = refusalOf(deps, sent, answer);
    if (refusal) return settle(refusal.outcome, refusal.verdict);
    const error = trouble(troubleOf(base, answer), status >= 500 ? status : 502);
    serviceFault({ ...error, code: said.code ?? error.code });
  };
  const answerWhole = (text: string): void => {
    const whole = translateCompletion(text, { accountId, separate });
    if (!whole) return serviceFault(trouble(NO_COMPLETION));
    // Before the head: it may hold what cannot be told in a stream.
    const told = request.stream ? asStream(whole.json, request) : whole.json;
    const length = { 'content-length': String(Buffer.byteLength(told)) };
    if (request.stream) begin(STREAM, { ...NOT_KEPT, ...length });
    else begin('application/json', length);
    reply.end(told);
    done(whole.tokens);
  };
  const endStream = (stream: StreamRelay): void => {
    const { error, tokens, finished } = stream.ended();
    if (error !== undefined) {
      const said = readSaid(error);
      if (stream.silent() && speaksOfLimit(said)) {
        const { outcome, verdict } = rateLimited(deps, sent, {
          status,
          headers,
          said,
          served: (code) => served({ error: code }),
        });
        return settle(outcome, verdict);
      }
      return serviceFault({ ...trouble(said.message), code: said.code ?? 'SERVICE_ERROR' });
    }
    if (stream.silent()) return serviceFault(trouble('The stream of the service was empty.'));
    if (!finished) return serviceFault(trouble('The stream of the service ended before the model had finished.'));
    stream.end();
    done(tokens);
  };
  const openStream = (): void => {
    const { impliedThinking: implied } = config;
    const { withUsage } = request;
    translator = createStreamTranslator({ accountId, separate, implied, mayRepeat: base.kind === 'sign-in', withUsage });
    relay = createStreamRelay({
      reply,
      translator,
      begin(length) {
        reply.onDrained(() => link.exchange?.resume());
        begin(STREAM, length === undefined ? NOT_KEPT : { ...NOT_KEPT, 'content-length': String(length) });
      },
      pause: () => link.exchange?.pause(),
    });
  };
  const take = (bytes: Buffer): void => {
    if (relay) return relay.push(bytes);
    size += bytes.length;
    const whole = status >= 200 && status < 300;
    if (size <= (whole ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES)) pieces.push(bytes);
    else if (whole) unfit('The answer of the service is too long.');
  };
  const ended = (): void => {
    if (over) return;
    if (relay) return endStream(relay);
    const text = pieces.length === 1 ? String(pieces[0]) : Buffer.concat(pieces).toString('utf8');
    if (status >= 200 && status < 300) answerWhole(text);
    else refused(readSaid(packed(headers) ? '' : text));
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
        accept: streamed ? 'text/event-stream, application/json' : 'application/json',
        'accept-encoding': 'identity',
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
        if (code < 200 || code > 299) return;
        if (packed(answered)) unfit('The service answers packed (content-encoding), which it was asked not to.');
        else if (request.stream && (headerOf(answered, 'content-type') ?? '').includes('text/event-stream')) openStream();
      },
      data: (bytes) => reading(() => take(bytes)),
      end: () => reading(ended),
      failed({ message, timeout, unsent }: UpstreamFailure) {
        const error = trouble(`The service cannot be reached: ${message}.`, timeout ? 504 : 502);
        if (unsent) {
          base.breaker.fault();
          return settle({ kind: 'unused' }, { kind: 'again', error: { ...error, accountId }, pause: true });
        }
        // Another account would wait as long.
        if (timeout) serviceFault({ ...error, code: 'SERVICE_TIMEOUT' }, 'never');
        else serviceFault(error);
      },
    },
  );
  return promise;
}

function withoutStream(body: Buffer): Buffer {
  const { stream_options: _, ...rest } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...rest, stream: false }));
}
