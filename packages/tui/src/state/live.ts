import type { Client, HostStatus, Job, MusterEvent, PluginInfo, Prompt, SessionList, Tally, WatchEvent } from '@muster/api';
import { watch } from '@muster/api';
import type { Subscription } from 'rxjs';
import type { UiClock } from '../terminal/ui-clock.ts';
import { mergeEvents } from './event-log.ts';
import { messageOf } from './message-of.ts';
import type { LinkState } from './link.ts';
import { createStore, type Store } from './store.ts';

const JOBS_SHOWN = 200;
const EVENTS_AT_START = 500;

/** What the host says by itself, kept current. Changes reach the views at the beat of the clock. */
export interface Live {
  readonly link: Store<LinkState>;
  readonly status: Store<HostStatus | null>;
  readonly tally: Store<Tally>;
  /** Newest first. */
  readonly jobs: Store<readonly Job[]>;
  readonly prompts: Store<readonly Prompt[]>;
  /** Null until the host said. */
  readonly sessions: Store<SessionList | null>;
  readonly plugins: Store<readonly PluginInfo[]>;
  /** Oldest first. */
  readonly events: Store<readonly MusterEvent[]>;
  /** Grows when accounts changed: windows into the roster ask anew. */
  readonly rosterVersion: Store<number>;
  /** Grows when a list changed that is asked for by its screen: proxies, schedules, hooks. */
  readonly listVersions: Store<number>;
  /** Resolves when the first answers are there, or did not come. */
  readonly ready: Promise<void>;
  /** Asks the host for everything again. */
  readonly reload: () => Promise<void>;
  /** Connects at once instead of after the pause. */
  readonly reconnect: () => void;
  readonly close: () => void;
}

export interface LiveOptions {
  readonly client: Client;
  readonly clock: UiClock;
  readonly now: () => number;
  readonly onProblem: (thrown: unknown) => void;
}

const newestFirst = (a: Job, b: Job): number => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);

/** What says the same is the same: every change of a store draws a frame. */
function put<T>(store: Store<T>, next: T): void {
  if (JSON.stringify(store.get()) !== JSON.stringify(next)) store.set(next);
}

export function createLive({ client, clock, now, onProblem }: LiveOptions): Live {
  const link = createStore<LinkState>({ kind: 'connecting' });
  const status = createStore<HostStatus | null>(null);
  const tally = createStore<Tally>([]);
  const jobs = createStore<readonly Job[]>([]);
  const prompts = createStore<readonly Prompt[]>([]);
  const sessions = createStore<SessionList | null>(null);
  const plugins = createStore<readonly PluginInfo[]>([]);
  const events = createStore<readonly MusterEvent[]>([]);
  const rosterVersion = createStore(0);
  const listVersions = createStore(0);
  const stop = new AbortController();
  let attempt = 0;
  let subscription: Subscription | undefined;

  // What arrived since the last beat.
  let arrivedEvents: MusterEvent[] = [];
  let arrivedJobs = new Map<string, Job>();
  let apply: (() => void)[] = [];
  // Jobs that changed while the list was on its way: the list may be older than they are.
  let newerThanList = new Map<string, Job>();

  const putJobs = (list: readonly Job[], changed: ReadonlyMap<string, Job>): void => {
    const byId = new Map(list.map((job) => [job.id, job]));
    for (const [id, job] of changed) byId.set(id, job);
    jobs.set([...byId.values()].toSorted(newestFirst).slice(0, JOBS_SHOWN));
  };

  const flush = (): void => {
    for (const change of apply) change();
    apply = [];
    if (arrivedJobs.size > 0) putJobs(jobs.get(), arrivedJobs);
    arrivedJobs = new Map();
    if (arrivedEvents.length > 0) events.set(mergeEvents(events.get(), arrivedEvents));
    arrivedEvents = [];
  };

  const ask = async <T>(question: Promise<T>, use: (answer: T) => void): Promise<void> => {
    try {
      use(await question);
    } catch (thrown) {
      if (!stop.signal.aborted && link.get().kind === 'live') onProblem(thrown);
    }
  };

  const reload = async (): Promise<void> => {
    newerThanList = new Map();
    await Promise.all([
      ask(client.call('getStatus', {}, stop.signal), (answer) => {
        status.set(answer);
        tally.set(answer.accounts);
      }),
      ask(client.call('listPlugins', {}, stop.signal), (answer) => plugins.set(answer)),
      ask(client.call('listSessions', { query: {} }, stop.signal), (answer) => put(sessions, answer)),
      ask(client.call('listPrompts', {}, stop.signal), (answer) => prompts.set(answer)),
      ask(client.call('listJobs', { query: { limit: JOBS_SHOWN } }, stop.signal), (answer) =>
        putJobs(answer.jobs, newerThanList),
      ),
      ask(client.call('queryEvents', { query: { limit: EVENTS_AT_START } }, stop.signal), (answer) =>
        events.set(mergeEvents(events.get(), answer)),
      ),
    ]);
    rosterVersion.update((version) => version + 1);
    listVersions.update((version) => version + 1);
  };

  const connected = (): void => {
    const wasLost = link.get().kind === 'lost';
    attempt = 0;
    link.set({ kind: 'live' });
    if (wasLost) void reload();
  };

  const lost = (reason: string): void => {
    attempt++;
    const before = link.get();
    link.set({ kind: 'lost', since: before.kind === 'lost' ? before.since : now(), attempt, reason });
  };

  const receive = (message: WatchEvent): void => {
    switch (message.kind) {
      case 'up':
        return connected();
      case 'down':
        return lost(message.reason);
      case 'event':
        arrivedEvents.push(message.event);
        return;
      case 'job':
        arrivedJobs.set(message.job.id, message.job);
        newerThanList.set(message.job.id, message.job);
        return;
      case 'roster':
        apply.push(() => {
          put(tally, message.tally);
          rosterVersion.update((version) => version + 1);
        });
        return;
      case 'prompts':
        apply.push(() => {
          const before = new Map(prompts.get().map((prompt) => [prompt.id, prompt]));
          // The list has what a message to every watcher has not: where each can be answered in a browser.
          put(
            prompts,
            message.prompts.map((prompt) => Object.assign({}, before.get(prompt.id), prompt)),
          );
          if (!prompts.get().some(({ link }) => link === undefined)) return;
          void ask(client.call('listPrompts', {}, stop.signal), (answer) => put(prompts, answer));
        });
        return;
      case 'sessions':
        apply.push(() => put(sessions, { sessions: message.sessions, limits: message.limits, usage: message.usage }));
        return;
      case 'status':
        apply.push(() => status.set(message.status));
        return;
      case 'lagged':
        void reload();
        return;
      case 'changed':
        apply.push(() => listVersions.update((version) => version + 1));
        return;
      case 'hello':
      case 'bye':
        return;
    }
  };

  const connect = (): void => {
    subscription?.unsubscribe();
    subscription = watch(client).subscribe({
      next: receive,
      error: (thrown: unknown) => link.set({ kind: 'refused', reason: messageOf(thrown) }),
    });
  };

  const stopTicks = clock.onTick(flush);
  connect();
  return {
    link,
    status,
    tally,
    jobs,
    prompts,
    sessions,
    plugins,
    events,
    rosterVersion,
    listVersions,
    ready: reload(),
    reload,
    reconnect: connect,
    close() {
      stopTicks();
      stop.abort();
      subscription?.unsubscribe();
    },
  };
}
