import type { WatchMessage } from '@muster/api';

/** Events that may wait for one client; the other kinds replace each other and cannot pile up, but for jobs. */
const MOST_WAITING = 2_000;

export interface WatchQueue {
  push(message: WatchMessage): void;
  /** A line that only says that the host is there. */
  beat(): void;
  /** The last message, then the end. */
  end(reason: string): void;
  readonly stream: ReadableStream<Uint8Array>;
}

/** Messages of the same key replace each other while they wait: only the newest state is of use. */
const keyOf = (message: WatchMessage): string | undefined => {
  if (message.kind === 'job') return `job/${message.job.id}`;
  return message.kind === 'event' || message.kind === 'hello' || message.kind === 'bye' ? undefined : message.kind;
};

const text = (message: WatchMessage): string => `data: ${JSON.stringify(message)}\n\n`;

/**
 * What waits for one client of a watch, as its stream of server-sent events. Bounded: a client that reads too slowly loses what waits
 * and is told with `lagged` to list anew. `onEnd` is called once, when either side ends.
 */
export function createWatchQueue(onEnd: () => void): WatchQueue {
  const encoder = new TextEncoder();
  const single = new Map<string, WatchMessage>();
  let ordered: WatchMessage[] = [];
  let beating = false;
  let ended = false;
  let wake: (() => void) | undefined;
  let lastSeq = 0;

  const finish = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  const awaken = (): void => {
    wake?.();
    wake = undefined;
  };
  const empty = (): boolean => ordered.length === 0 && single.size === 0 && !beating;
  const take = (): string => {
    const lines = [...ordered, ...single.values()].map(text);
    ordered = [];
    single.clear();
    const beat = beating && lines.length === 0 ? ':\n\n' : '';
    beating = false;
    return lines.join('') + beat;
  };

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (empty() && !ended) await new Promise<void>((resolve) => (wake = resolve));
        if (!empty()) controller.enqueue(encoder.encode(take()));
        if (ended) controller.close();
      },
      cancel() {
        finish();
        awaken();
      },
    },
    // Nothing is buffered beyond this queue, so that it is the one place that knows how far the client is behind.
    { highWaterMark: 0 },
  );

  return {
    stream,
    push(message) {
      if (ended) return;
      if (message.kind === 'event') lastSeq = message.event.seq;
      if (message.kind === 'hello') ({ lastSeq } = message);
      const key = keyOf(message);
      if (key !== undefined) single.set(key, message);
      else ordered.push(message);
      if (ordered.length > MOST_WAITING || single.size > MOST_WAITING) {
        ordered = [{ kind: 'lagged', lastSeq }];
        if (single.size > MOST_WAITING) single.clear();
      }
      awaken();
    },
    beat() {
      beating = true;
      awaken();
    },
    end(reason) {
      if (ended) return;
      ordered.push({ kind: 'bye', reason });
      finish();
      awaken();
    },
  };
}
