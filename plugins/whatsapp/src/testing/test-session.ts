import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json, PluginService, Records, SessionContext, SessionFigures, SessionReport } from '@muster/sdk';
import { NEVER } from 'rxjs';
import { Account, Config } from '../schemas.ts';
import { createMemoryRecords } from './memory-records.ts';

export interface SeenEvent {
  readonly type: string;
  readonly message: string;
  readonly level?: string | undefined;
  readonly fields?: Readonly<Record<string, Json>> | undefined;
}

/** What a session told its host. */
export interface Told {
  readonly reports: SessionReport[];
  readonly events: SeenEvent[];
  readonly figures: SessionFigures[];
}

export interface TestHost {
  readonly profiles: string;
  readonly records: Map<string, Records<never>>;
  config: Config;
  /** Sessions that ask a person now. */
  asking: number;
  readonly attention: () => Promise<() => void>;
}

/** What several sessions share: settings, profiles, documents, the turn to ask. */
export async function createTestHost(config: Readonly<Record<string, unknown>>): Promise<TestHost> {
  let before: Promise<void> = Promise.resolve();
  const host: TestHost = {
    profiles: await mkdtemp(join(tmpdir(), 'muster-whatsapp-')),
    records: new Map(),
    config: Config.parse(config),
    asking: 0,
    async attention() {
      const mine = before;
      let end: () => void = () => undefined;
      before = new Promise((resolve) => (end = resolve));
      await mine;
      host.asking += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        host.asking -= 1;
        end();
      };
    },
  };
  return host;
}

export interface TestContextParts {
  readonly account: Readonly<Record<string, unknown>>;
  readonly input?: Readonly<Record<string, Json>>;
  readonly service?: PluginService;
  readonly signal?: AbortSignal;
}

/** A session's context over a test host. The clock is the real one: a browser lives in real time. */
export function createSessionContext(
  host: TestHost,
  parts: TestContextParts,
): { context: SessionContext<Config, Account>; told: Told } {
  const told: Told = { reports: [], events: [], figures: [] };
  let data = Account.parse(parts.account);
  const signal = parts.signal ?? new AbortController().signal;
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const context: SessionContext<Config, Account> = {
    account: {
      id: `account-${data.clientId}`,
      label: data.clientId,
      status: null,
      get data() {
        return data;
      },
      secret: async () => undefined,
    },
    signal,
    profiles: host.profiles,
    directory: host.profiles,
    input: parts.input ?? {},
    config: () => host.config,
    config$: NEVER,
    fetch,
    accounts: new Proxy({} as never, { get: unused }),
    proxies: { lease: async () => undefined, giveBack: async () => undefined },
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms, ends) => wait(ms, undefined, { signal: ends ? AbortSignal.any([signal, ends]) : signal }),
    records(kind: string) {
      const known = host.records.get(kind) ?? createMemoryRecords<never>();
      host.records.set(kind, known);
      return known;
    },
    seal: async (text) => text,
    unseal: async (text) => text,
    event: (event) => void told.events.push(event),
    async update(change) {
      data = Account.parse({ ...data, ...change.data });
    },
    report: (report) => void told.reports.push(report),
    figures: (figures) => void told.figures.push(figures),
    launch: (work) => work(),
    attention: host.attention,
    async service<TService extends PluginService>() {
      if (!parts.service) throw new Error('this test has no service');
      return parts.service as TService;
    },
  };
  return { context, told };
}
