import { safeText } from '@muster/sdk';
import pLimit from 'p-limit';
import type { NewEvent } from '../events/event.ts';
import { createAlarm } from '../pool/alarm.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { asCompleted } from './as-completed.ts';
import { afterFault, afterSuccess } from './health.ts';
import { probeByEcho } from './probe-echo.ts';
import { probeByHandshake } from './probe-handshake.ts';
import type { ProbeResult } from './probe-result.ts';
import type { ProxyCheck } from './proxies.ts';
import type { ProxyBook } from './proxy-book.ts';
import type { ProxyRecord } from './proxy-record.ts';
import type { ProxySecrets } from './proxy-secrets.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { withSample } from './timing.ts';

/** Checks of one round are spread over this part of the time between two. */
const SPREAD = 0.1;
const MIN_BETWEEN_MS = 1_000;
/** Where no check could even begin: a locked vault opens no credentials, and that says nothing against the proxies. */
const AFTER_TROUBLE_MS = 60_000;

export interface CheckRounds {
  isChecking(id: string): boolean;
  /** Each as soon as it is known, in no order. Ends early with the signal; what has begun is still written down. */
  check(ids: readonly string[], signal: AbortSignal): AsyncIterable<ProxyCheck>;
  /** Something is due then; now, when nothing is said. */
  look(at?: number): void;
  start(): void;
  stop(): Promise<void>;
}

export interface CheckDeps {
  readonly book: ProxyBook;
  readonly secrets: ProxySecrets;
  readonly settings: () => ProxySettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (event: NewEvent) => void;
}

export function createCheckRounds(deps: CheckDeps): CheckRounds {
  const { book, secrets, settings, clock, random, say } = deps;
  const limit = pLimit(settings().checksAtOnce);
  const running = new Map<string, Promise<ProxyCheck | undefined>>();
  const alarm = createAlarm(clock);
  const stopped = new AbortController();
  let started = false;

  /** How often by itself; undefined: never. Without an echo nothing is done that nobody asked for. */
  const everyMs = (): number | undefined => {
    const { echoUrl, checkEveryMs } = settings();
    return echoUrl === null || checkEveryMs === null ? undefined : checkEveryMs;
  };

  async function probe(proxy: ProxyRecord): Promise<ProbeResult> {
    const { timeoutMs, echoUrl } = settings();
    const end = Promise.withResolvers<never>();
    end.promise.catch(() => undefined);
    const late = Object.assign(new Error('it does not answer in time'), { code: 'ETIMEDOUT' });
    const takeBack = clock.after(timeoutMs, () => end.reject(late));
    const halt = (): void => end.reject(stopped.signal.reason);
    stopped.signal.addEventListener('abort', halt, { once: true });
    try {
      const address = secrets.addressOf(proxy);
      if (echoUrl === null) return await probeByHandshake(address, end.promise);
      const result = await probeByEcho(address, echoUrl, end.promise);
      if (result.kind !== 'upstream') return result;
      // The library does not say what failed behind a SOCKS proxy; its door does, if it is the door.
      const door = await probeByHandshake(address, end.promise);
      return door.kind === null || door.kind === 'upstream' ? result : door;
    } finally {
      takeBack();
      stopped.signal.removeEventListener('abort', halt);
    }
  }

  async function checkOne(id: string): Promise<ProxyCheck | undefined> {
    const proxy = book.get(id);
    if (!proxy || stopped.signal.aborted) return undefined;
    const from = clock.now();
    const result = await probe(proxy);
    if (stopped.signal.aborted) return undefined;
    const now = clock.now();
    const latencyMs = result.kind === null ? Math.round(now - from) : null;
    const after = book.change(id, (current) => withResult(current, { result, latencyMs, now }));
    // Removed meanwhile.
    if (!after) return undefined;
    tell(proxy, after, result);
    const detail = safeText(
      result.kind === null ? result.detail + (mismatch(after) === '' ? '' : `; it${mismatch(after)}`) : result.detail,
    );
    const { exitAddress, exitCountry } = result;
    return { id, label: after.label, ok: result.kind === null, kind: result.kind, detail, latencyMs, exitAddress, exitCountry };
  }

  function withResult(
    proxy: ProxyRecord,
    { result, latencyMs, now }: { readonly result: ProbeResult; readonly latencyMs: number | null; readonly now: number },
  ): ProxyRecord {
    const checked = { ...proxy, lastCheckAt: now };
    const { kind, detail } = result;
    if (kind !== null) return afterFault(checked, { kind, detail }, { now, random: () => random.number() });
    const every = everyMs();
    return {
      ...afterSuccess(checked, now),
      ...(latencyMs !== null && { latency: withSample(proxy.latency, latencyMs) }),
      ...(result.exitAddress !== null && { exitAddress: result.exitAddress }),
      ...(result.exitCountry !== null && { exitCountry: result.exitCountry }),
      nextCheckAt: every === undefined ? null : now + Math.round(every * (1 - SPREAD * random.number())),
    };
  }

  /** Only what is new: that it died, that it is back, that it comes out elsewhere. */
  function tell(before: ProxyRecord, after: ProxyRecord, { kind, detail }: ProbeResult): void {
    const fields = { proxy: after.id };
    if (kind !== null && before.state !== 'dead') {
      say({
        level: 'warn',
        type: 'proxy.failed',
        message: `${after.label} failed its check: ${detail}`,
        fields: { ...fields, kind },
      });
    } else if (kind === null && before.consecutiveFailures > 0) {
      say({ level: 'info', type: 'proxy.back', message: `${after.label} works again`, fields });
    }
    if (mismatch(after) !== '' && after.exitCountry !== before.exitCountry) {
      say({ level: 'warn', type: 'proxy.elsewhere', message: `${after.label}${mismatch(after)}`, fields });
    }
  }

  function begin(id: string): Promise<ProxyCheck | undefined> {
    const known = running.get(id);
    if (known) return known;
    limit.concurrency = settings().checksAtOnce;
    const work = limit(() => checkOne(id)).finally(() => {
      running.delete(id);
      book.touched();
    });
    running.set(id, work);
    book.touched();
    return work;
  }

  const dueAt = (proxy: ProxyRecord): number => {
    if (proxy.state === 'disabled' || running.has(proxy.id)) return Infinity;
    return proxy.nextCheckAt ?? 0;
  };

  async function round(): Promise<void> {
    const now = clock.now();
    if (everyMs() === undefined) return alarm.reset(Infinity);
    const due = book.all().filter((proxy) => dueAt(proxy) <= now);
    alarm.reset(Infinity);
    const ends = await Promise.allSettled(due.map(({ id }) => begin(id)));
    await book.flush().catch(() => undefined);
    if (stopped.signal.aborted) return;
    const next = book.all().reduce((earliest, proxy) => Math.min(earliest, dueAt(proxy)), Infinity);
    const pauseMs = ends.some(({ status }) => status === 'rejected') ? AFTER_TROUBLE_MS : MIN_BETWEEN_MS;
    if (next < Infinity) alarm.note(Math.max(next, clock.now() + pauseMs));
  }

  return {
    isChecking: (id) => running.has(id),

    async *check(ids, signal) {
      try {
        for await (const result of asCompleted(ids.map(begin), signal)) if (result) yield result;
      } finally {
        await book.flush();
      }
    },

    look(at = clock.now()) {
      if (started && everyMs() !== undefined) alarm.note(at);
    },

    start() {
      started = true;
      alarm.start(() => void round());
    },

    async stop() {
      stopped.abort(new Error('The host stops.'));
      alarm.stop();
      await Promise.allSettled(running.values());
    },
  };
}

const mismatch = ({ exitCountry, declaredCountry }: ProxyRecord): string =>
  exitCountry !== null && declaredCountry !== null && exitCountry !== declaredCountry
    ? ` comes out in ${exitCountry}, not in ${declaredCountry} as declared`
    : '';
