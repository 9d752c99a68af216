import type { HostStatus, WatchMessage, WatchTopic } from '@muster/api';
import { ACCOUNTS, PROMPTS, type JobState, type StoreChange } from '@muster/core';
import { toMusterError } from '@muster/sdk';
import { sessionList } from '../handlers/session-view.ts';
import { promptView, tallyView } from '../handlers/views.ts';
import type { HostCore } from '../host-core.ts';
import { createThrottle } from './throttle.ts';
import { openWatchClient, type WatchClient, type WatchRequest } from './watch-client.ts';

const ROSTER_MS = 250;
const STATUS_MS = 2_000;
const LISTS_MS = 500;
const SESSIONS_MS = 500;
const BEAT_MS = 15_000;
const LIVE_STATES: readonly JobState[] = ['preparing', 'running', 'paused'];

export interface WatchHub {
  open(request: WatchRequest): ReadableStream<Uint8Array>;
  /** A change that neither an event nor a stored document tells of. */
  touch(): void;
  /** Says goodbye to every client. */
  close(reason: string): void;
}

/** What moves by itself all the time is no reason to send a status. */
const steadyPart = ({ now: _n, rssBytes: _r, cpuPercent: _c, store, ...rest }: HostStatus): string =>
  JSON.stringify({ ...rest, store: { ...store, bytes: 0, savedAt: null } });

/** Tells all watching clients what changes. Listens to the core only while somebody watches: an idle host does nothing. */
export function createWatchHub(core: HostCore, status: () => Promise<HostStatus>): WatchHub {
  const { accounts, clock, events, jobs, store } = core;
  const clients = new Set<WatchClient>();
  let stopListening: (() => void) | undefined;
  let lastStatus = '';

  const tell = (message: WatchMessage): void => clients.forEach((client) => client.tell(message));
  const watched = (topic: WatchTopic): boolean => [...clients].some(({ request }) => request.topics.has(topic));

  const messages = {
    roster: async (): Promise<WatchMessage> => ({ kind: 'roster', tally: tallyView(await accounts.tally()) }),
    prompts: async (): Promise<WatchMessage> => ({
      kind: 'prompts',
      prompts: (await core.prompts.list()).map((prompt) => promptView(prompt)),
    }),
    sessions: async (): Promise<WatchMessage> => ({ kind: 'sessions', ...sessionList(core.sessions) }),
    status: async (): Promise<WatchMessage> => ({ kind: 'status', status: await status() }),
  };
  const liveJobs = async ({ job }: WatchRequest): Promise<WatchMessage[]> => {
    const lists = await Promise.all(LIVE_STATES.map((state) => jobs.list({ state, limit: 100 })));
    const live = job === undefined ? lists.flatMap((list) => list.jobs) : [await jobs.get(job)];
    return live.map((snapshot) => ({ kind: 'job', job: snapshot }) as WatchMessage);
  };
  const current = async (request: WatchRequest): Promise<readonly WatchMessage[]> => {
    const { topics } = request;
    return [
      ...(topics.has('roster') ? [await messages.roster()] : []),
      ...(topics.has('prompts') ? [await messages.prompts()] : []),
      ...(topics.has('job') ? await liveJobs(request) : []),
      ...(topics.has('sessions') ? [await messages.sessions()] : []),
      ...(topics.has('status') ? [await messages.status()] : []),
    ];
  };

  /** A failure is told in the log; the next change tries again. */
  const attempt = (work: () => Promise<void>) => (): Promise<void> =>
    work().catch((thrown: unknown) =>
      events.record({ level: 'warn', type: 'watch.failed', message: toMusterError(thrown).message }).catch(() => undefined),
    );
  const sender = (topic: 'roster' | 'prompts' | 'sessions', everyMs: number) =>
    createThrottle(
      clock,
      everyMs,
      attempt(async () => {
        if (watched(topic)) tell(await messages[topic]());
      }),
    );
  const roster = sender('roster', ROSTER_MS);
  const prompts = sender('prompts', ROSTER_MS);
  const sessions = sender('sessions', SESSIONS_MS);
  const figures = createThrottle(
    clock,
    STATUS_MS,
    attempt(async () => {
      if (!watched('status')) return;
      const now = await status();
      const steady = steadyPart(now);
      if (steady === lastStatus) return;
      lastStatus = steady;
      tell({ kind: 'status', status: now });
    }),
  );

  const lists = (['proxies', 'schedules', 'hooks'] as const).map((list) => ({
    change$: core[list].change$,
    throttle: createThrottle(clock, LISTS_MS, async () => tell({ kind: 'changed', list })),
  }));

  const onStore = (changes: readonly StoreChange[]): void => {
    for (const { collection } of changes) {
      if (collection === ACCOUNTS.name) roster.ask();
      if (collection === PROMPTS.name) prompts.ask();
    }
    figures.ask();
  };
  const listen = (): (() => void) => {
    const toEvents = events.event$.subscribe((event) => {
      tell({ kind: 'event', event });
      figures.ask();
    });
    const toJobs = jobs.change$.subscribe((job) => tell({ kind: 'job', job } as WatchMessage));
    const toLists = lists.map(({ change$, throttle }) => change$.subscribe(() => throttle.ask()));
    const toSessions = core.sessions.change$.subscribe(() => sessions.ask());
    const leaveStore = store.subscribe(onStore);
    const beat = (): void => {
      clients.forEach((client) => client.beat());
      cancelBeat = clock.after(BEAT_MS, beat);
    };
    let cancelBeat = clock.after(BEAT_MS, beat);
    return () => {
      toEvents.unsubscribe();
      toJobs.unsubscribe();
      toSessions.unsubscribe();
      for (const each of toLists) each.unsubscribe();
      leaveStore();
      cancelBeat();
    };
  };

  return {
    open(request) {
      stopListening ??= listen();
      const client = openWatchClient(request, {
        events,
        sessions: core.sessions,
        current,
        onEnd() {
          clients.delete(client);
          if (clients.size > 0) return;
          stopListening?.();
          stopListening = undefined;
          lastStatus = '';
        },
      });
      clients.add(client);
      return client.stream;
    },
    touch: () => figures.ask(),
    close(reason) {
      for (const client of clients) client.end(reason);
      for (const throttle of [roster, prompts, sessions, figures, ...lists.map((list) => list.throttle)]) throttle.stop();
    },
  };
}
