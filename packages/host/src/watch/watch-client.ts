import type { WatchMessage, WatchTopic } from '@muster/api';
import type { Events, SessionReach, Sessions } from '@muster/core';
import { toMusterError } from '@muster/sdk';
import { narrowed } from '../handlers/session-view.ts';
import { createWatchQueue } from './watch-queue.ts';

/** A client that is further behind is told to list anew. Less than a queue takes. */
const MOST_REPLAYED = 1_000;

export interface WatchRequest {
  readonly topics: ReadonlySet<WatchTopic>;
  /** Events after this sequence number first. */
  readonly after: number | undefined;
  /** Only this job, and its events. */
  readonly job: string | undefined;
  /** Only events of this account. */
  readonly account: string | undefined;
  /** Only the sessions that it reaches, and the events of their accounts. */
  readonly reach?: SessionReach | undefined;
}

export interface WatchClient {
  readonly request: WatchRequest;
  readonly stream: ReadableStream<Uint8Array>;
  /** Sent if the client asked for it, after what it still has to be told about the past. */
  tell(message: WatchMessage): void;
  beat(): void;
  end(reason: string): void;
}

export interface WatchClientParts {
  readonly events: Events;
  readonly sessions: Pick<Sessions, 'get'>;
  /** What there is now: the messages that a client of these topics begins with. */
  readonly current: (request: WatchRequest) => Promise<readonly WatchMessage[]>;
  readonly onEnd: () => void;
}

function wants({ topics, job, account, reach }: WatchRequest, message: WatchMessage, { sessions }: WatchClientParts): boolean {
  if (message.kind === 'event') {
    const { event } = message;
    if (reach && (event.account === undefined || !sessions.get(event.account, reach))) return false;
    return (
      topics.has('event') && (job === undefined || event.job === job) && (account === undefined || event.account === account)
    );
  }
  if (message.kind === 'job') return topics.has('job') && (job === undefined || message.job.id === job);
  return topics.has(message.kind as WatchTopic);
}

/** What a client with a limited reach may see of a message. */
function within({ reach }: WatchRequest, message: WatchMessage, { sessions }: WatchClientParts): WatchMessage {
  if (!reach || message.kind !== 'sessions') return message;
  return { kind: 'sessions', ...narrowed(message, sessions, reach) };
}

/** Events that the client missed, or that it has to list anew. */
async function missed(parts: WatchClientParts, request: WatchRequest, lastSeq: number): Promise<WatchMessage[]> {
  const { events } = parts;
  const { after, job, account } = request;
  if (after === undefined || after === lastSeq) return [];
  if (after > lastSeq || lastSeq - after > MOST_REPLAYED) return [{ kind: 'lagged', lastSeq }];
  const found = await events.query({
    after,
    limit: MOST_REPLAYED,
    ...(job === undefined ? {} : { job }),
    ...(account === undefined ? {} : { account }),
  });
  const messages = found.map((event): WatchMessage => ({ kind: 'event', event }));
  return request.reach ? messages.filter((message) => wants(request, message, parts)) : messages;
}

/** One client from its `hello` on: the past it asked for, then the present, then what changes, in this order and without a gap. */
export function openWatchClient(request: WatchRequest, parts: WatchClientParts): WatchClient {
  const queue = createWatchQueue(parts.onEnd);
  const { lastSeq } = parts.events;
  let replayed = lastSeq;
  let held: WatchMessage[] | undefined = [];
  const push = (message: WatchMessage): void => {
    if (message.kind !== 'event') return queue.push(message);
    // An event may come both ways, out of the log and as it happens.
    if (message.event.seq <= replayed) return;
    replayed = message.event.seq;
    queue.push(message);
  };

  const begin = async (): Promise<void> => {
    queue.push({ kind: 'hello', lastSeq });
    if (request.topics.has('event')) {
      for (const message of await missed(parts, request, lastSeq)) {
        if (message.kind === 'event') replayed = Math.max(replayed, message.event.seq);
        queue.push(message);
      }
    }
    for (const message of await parts.current(request)) queue.push(within(request, message, parts));
    const waiting = held ?? [];
    held = undefined;
    for (const message of waiting) push(message);
  };
  begin().catch((thrown: unknown) => queue.end(toMusterError(thrown).message));

  return {
    request,
    stream: queue.stream,
    tell(message) {
      if (!wants(request, message, parts)) return;
      const seen = within(request, message, parts);
      if (held) held.push(seen);
      else push(seen);
    },
    beat: () => queue.beat(),
    end: (reason) => queue.end(reason),
  };
}
