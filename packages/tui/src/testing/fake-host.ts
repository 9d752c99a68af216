import type { Client, MusterEvent, PluginInfo, Prompt, WatchMessage } from '@muster/api';
import type { Call } from './fake-call.ts';
import type { FakeHooks } from './fake-hooks.ts';
import type { FakeJobs } from './fake-jobs.ts';
import type { FakeLive } from './fake-live.ts';
import type { FakeProxies } from './fake-proxies.ts';
import type { FakeRoster } from './fake-roster.ts';
import type { FakeSchedules } from './fake-schedules.ts';

/** A host in memory: answers what the screens ask, remembers what was asked, and says what a test tells it to say. */
export interface FakeHost extends FakeLive, FakeProxies, FakeHooks, FakeJobs, FakeSchedules {
  readonly client: Client;
  readonly roster: FakeRoster;
  readonly calls: Call[];
  prompts: Prompt[];
  events: MusterEvent[];
  plugins: PluginInfo[];
  /** The picture of every question. */
  picture: Uint8Array;
  /** While true, nothing answers and watches break. */
  gone: boolean;
  readonly say: (message: WatchMessage) => void;
  /** Breaks every watch, as a host that is killed does. */
  readonly drop: () => void;
}
