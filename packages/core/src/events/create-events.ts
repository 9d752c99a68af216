import { MusterError } from '@muster/sdk';
import { Subject } from 'rxjs';
import type { Clock } from '../ports/clock.ts';
import type { EventQuery, MusterEvent, NewEvent } from './event.ts';
import type { Events, Redactor } from './events.ts';
import type { Retention } from './event-files.ts';
import { listEventFiles, prepareDirectory } from './event-files.ts';
import { boundedEvent, writeEventLine } from './event-line.ts';
import { DEFAULT_LIMIT, fits, readEvents } from './event-query.ts';
import { lastSeqOf, mendTail } from './event-tail.ts';
import { createEventWriter } from './event-writer.ts';

const MAX_GROUP = 2_000;
const MAX_WAITING = 50_000;

export interface EventsOptions {
  /** The folder of the event files, made when it is not there: `YYYY-MM-DD.ndjson`, then `YYYY-MM-DD-2.ndjson`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Default 90 days and 1 GiB. The newest file is always kept. */
  readonly retention?: Partial<Retention>;
  /** How many of the latest events are kept in memory. Default 2,000. */
  readonly recent?: number;
}

interface Waiting {
  readonly event: MusterEvent;
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: MusterError) => void;
}

/**
 * The event log. Numbers go on where the directory left off. Events that could not be written (a full disk) are lost to
 * the file but not to who listens, and an event `log.gap` says so once writing works again; `audit` events reject with
 * STORE_FAILED instead, because what must be recorded must not happen unrecorded.
 */
export const openEvents = async (options: EventsOptions): Promise<Events> => {
  const { directory, clock, redactor, maxFileBytes = 64 * 2 ** 20, recent = 2_000 } = options;
  const retention = { days: 90, bytes: 2 ** 30, ...options.retention };
  await prepareDirectory(directory);
  const files = await listEventFiles(directory);
  const newest = files.at(-1);
  if (newest) await mendTail(newest.path);
  let lastSeq = await lastSeqOf(files);

  const writer = createEventWriter({ directory, now: () => clock.now(), maxFileBytes, retention });
  const subject = new Subject<MusterEvent>();
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let closed = false;
  let lost = 0;
  // The latest events, and the number from which on they are all there.
  let ring: MusterEvent[] = [];
  let ringFrom = lastSeq + 1;

  const prepare = (event: NewEvent): { readonly event: MusterEvent; readonly line: string } => {
    const { level, type, message, ...rest } = redactor.redact(event);
    lastSeq += 1;
    const stamped = boundedEvent({ seq: lastSeq, at: clock.now(), level, type, message, ...rest });
    return { event: stamped, line: writeEventLine(stamped) };
  };

  const remember = (event: MusterEvent): void => {
    ring.push(event);
    if (ring.length < recent * 2) return;
    ring = ring.slice(-recent);
    ringFrom = (ring[0] as MusterEvent).seq;
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    const sync = group.some(({ event }) => event.level === 'audit');
    const lines = group.map(({ line }) => line).join('');
    let failure: MusterError | undefined;
    try {
      await writer.append(lines, { sync });
    } catch (cause) {
      failure = new MusterError('STORE_FAILED', `The event log in ${directory} cannot be written. Make room or mend the disk.`, {
        cause,
      });
    }
    for (const { event, resolve, reject } of group) {
      if (failure && event.level === 'audit') {
        reject(failure);
        continue;
      }
      if (failure) lost += 1;
      remember(event);
      subject.next(event);
      resolve();
    }
    if (failure || lost === 0) return;
    const message = `${lost} events could not be written to the log`;
    void enqueue({ level: 'error', type: 'log.gap', message, fields: { lost } });
    lost = 0;
  };

  const writeAll = async (): Promise<void> => {
    // What is recorded in the same turn goes together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP);
      waiting = waiting.slice(MAX_GROUP);
      await writeGroup(group);
    }
    writing = undefined;
  };

  const record = (event: NewEvent): Promise<void> => {
    if (closed) return refuse(event, 'UNAVAILABLE', 'The event log is closed; the host is stopping.');
    if (waiting.length >= MAX_WAITING && event.level !== 'audit') {
      lost += 1;
      return Promise.resolve();
    }
    return enqueue(event);
  };

  const enqueue = (event: NewEvent): Promise<void> => {
    const prepared = prepare(event);
    return new Promise((resolve, reject) => {
      waiting.push({ ...prepared, resolve, reject });
      writing ??= writeAll();
    });
  };

  const refuse = async (event: NewEvent, ...[code, message]: ConstructorParameters<typeof MusterError>): Promise<void> => {
    if (event.level === 'audit') throw new MusterError(code, message);
  };

  const query = async (wanted: EventQuery): Promise<MusterEvent[]> => {
    const limit = wanted.limit ?? DEFAULT_LIMIT;
    const found: MusterEvent[] = [];
    const below = ringFrom;
    for (let at = ring.length - 1; at >= 0 && found.length < limit; at -= 1) {
      const event = ring[at] as MusterEvent;
      if (fits(wanted, event)) found.push(event);
    }
    const hasMore = found.length < limit && (wanted.after ?? 0) < below - 1;
    if (hasMore) found.push(...(await readEvents(directory, wanted, { below, limit: limit - found.length })));
    return found.toReversed();
  };

  return {
    record,
    query,
    event$: subject.asObservable(),
    get lastSeq() {
      return lastSeq;
    },
    async close() {
      closed = true;
      await writing;
      await writer.close();
      subject.complete();
    },
  };
};
