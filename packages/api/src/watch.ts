import { Observable } from 'rxjs';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import type { WatchMessage } from './types.ts';

/** What a watch says: the host's messages, and how the connection stands. After `lagged` list anew. */
export type WatchEvent =
  | WatchMessage
  | { readonly kind: 'up' }
  /** The connection ended; it is tried again after `retryInMs`. */
  | { readonly kind: 'down'; readonly reason: string; readonly retryInMs: number };

export type WatchTopic = 'event' | 'roster' | 'job' | 'prompts' | 'sessions' | 'status' | 'changed';

export interface WatchOptions {
  /** Default: all. */
  readonly topics?: readonly WatchTopic[];
  /** Events after this sequence number come first. Default: only new ones. */
  readonly after?: number;
  readonly job?: string;
  readonly account?: string;
  /** First pause before a new try, doubled up to sixteen times. Default 250. */
  readonly retryMs?: number;
}

/** What does not pass by itself: trying again would only repeat the answer. */
const LASTING = new Set(['UNAUTHORIZED', 'FORBIDDEN', 'WRONG_HOST', 'BAD_INPUT', 'BAD_REQUEST', 'NOT_FOUND']);

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

/**
 * Follows a host, for as long as somebody is subscribed (each subscription has its own connection). A lost connection is made again and takes
 * up after the last event that was seen. Ends with an ApiError where trying again cannot help.
 */
export function watch(client: Client, options: WatchOptions = {}): Observable<WatchEvent> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const { signal } = stop;
    const firstRetryMs = options.retryMs ?? 250;
    let after = options.after;
    let retryMs = firstRetryMs;

    const follow = async (): Promise<string> => {
      const query = {
        ...(options.topics ? { topics: options.topics.join(',') } : {}),
        ...(options.job === undefined ? {} : { job: options.job }),
        ...(options.account === undefined ? {} : { account: options.account }),
        ...(after === undefined ? {} : { after }),
      };
      for await (const message of client.stream('watch', { query }, { signal })) {
        if (message.kind === 'hello') {
          retryMs = firstRetryMs;
          after ??= message.lastSeq;
          subscriber.next({ kind: 'up' });
        } else if (message.kind === 'event') after = message.event.seq;
        else if (message.kind === 'lagged') after = message.lastSeq;
        subscriber.next(message);
        if (message.kind === 'bye') return message.reason;
      }
      return 'the connection ended';
    };

    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        let reason: string;
        try {
          reason = await follow();
        } catch (thrown) {
          if (signal.aborted) return;
          if (thrown instanceof ApiError && LASTING.has(thrown.code)) return subscriber.error(thrown);
          reason = thrown instanceof Error ? thrown.message : String(thrown);
        }
        if (signal.aborted) return;
        // Spread out, so that all clients of a host that starts anew do not come in the same moment.
        const retryInMs = Math.round(retryMs * (0.75 + Math.random() / 2));
        subscriber.next({ kind: 'down', reason, retryInMs });
        await wait(retryInMs, signal);
        retryMs = Math.min(retryMs * 2, firstRetryMs * 16);
      }
    };
    void run();
    return () => stop.abort();
  });
}
