import { mkdir } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import type { JsonObject, KnownSession, LiveSession, Plugin, SessionAccess } from '@muster/sdk';
import pLimit from 'p-limit';
import { Subject } from 'rxjs';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import { changeAccount } from '../jobs/account-change.ts';
import { jsonValue } from '../jobs/json-value.ts';
import { createLeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { waitUntilReady } from './ready.ts';
import { createSession, type Session } from './session.ts';
import type { SessionRuntime } from './session-context.ts';
import { createSessionLease, type SessionLease } from './session-lease.ts';
import { checkLimits, sessionLimits, sessionUsage, type SessionSettings, type SessionUsage } from './session-limits.ts';
import { createSessionNotes } from './session-notes.ts';
import { SESSION_POLICY, type SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionCaller, SessionReach, Sessions, SessionView } from './sessions.ts';
import { createTurns } from './turns.ts';

export interface SessionsDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly accounts: Accounts;
  readonly plugins: Plugins;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: SessionRuntime;
  /** Where profiles live. */
  readonly directory: string;
  readonly settings: SessionSettings;
  /** Of the machine, for the limits that nobody set. */
  readonly machineBytes: number;
  readonly policy?: Partial<SessionPolicy>;
}

interface Entry {
  readonly session: Session;
  label: string;
}

const newRecord = ({ id, plugin }: AccountRecord, now: number): SessionRecord => ({
  id,
  plugin,
  wanted: false,
  parked: false,
  input: {},
  openedBy: '',
  openedAt: now,
  state: 'closed',
  status: null,
  why: null,
  since: now,
  history: [],
});

const notOpen = (what: string): MusterError =>
  new MusterError('SESSION_NOT_READY', `${what} has no open session. Open it first: muster sessions open.`);

export function createSessions(deps: SessionsDeps): Sessions {
  const { store, pool, accounts, plugins, events, clock } = deps;
  const policy: SessionPolicy = { ...SESSION_POLICY, ...deps.policy };
  const expected = Math.max(0, ...plugins.loaded().map(({ session }) => session?.memoryBytes ?? 0));
  const limits = sessionLimits(deps.settings, deps.machineBytes, expected);
  const entries = new Map<string, Entry>();
  const change$ = new Subject<string>();
  const launches = pLimit(limits.launchesAtOnce);
  const keeper = createLeaseKeeper({ pool, clock, ttlMs: policy.leaseTtlMs });
  let warned = false;
  let stopping = false;
  let leaveStore: (() => void) | undefined;

  // The log must not hold up the work, nor fail it.
  const say = (event: NewEvent): void => void events.record(event).catch(() => undefined);
  const changed = (id: string): void => {
    warn();
    change$.next(id);
  };
  const turns = createTurns(() => {
    for (const id of entries.keys()) if (turns.place(id) !== null) change$.next(id);
  });

  const expectedOf = ({ plugin }: Session): number => plugin.session?.memoryBytes ?? 0;
  const usage = (): SessionUsage => {
    const open = [...entries.values()].filter(({ session }) => session.open);
    const needs = open.map(({ session }) => {
      const { record, figures } = session.notes;
      return { memoryBytes: record.parked ? 0 : (figures.memoryBytes ?? expectedOf(session)) };
    });
    return sessionUsage(needs, limits);
  };
  function warn(): void {
    const now = usage();
    if (now.near && !warned) {
      const mb = (bytes: number): number => Math.round(bytes / 1_048_576);
      const message =
        `${now.open} of at most ${limits.max} sessions are open; they need ${mb(now.memoryBytes)} of ${mb(limits.memoryBytes)} MB. ` +
        'Raise sessions.max or sessions.memoryMb in config.json, or close some.';
      say({ level: 'warn', type: 'session.limit-near', message, fields: { open: now.open, max: limits.max } });
    }
    warned = now.near;
  }

  function enter(record: SessionRecord, label: string, plugin: Plugin, stored: boolean): Entry {
    const { id } = record;
    const labelOf = (): string => entries.get(id)?.label ?? label;
    const notify = (): void => changed(id);
    const notes = createSessionNotes(
      { store, clock, redactor: deps.redactor, policy, say, changed: notify, label: labelOf },
      record,
      stored,
    );
    const lease: SessionLease = createSessionLease(
      {
        store,
        pool,
        keeper,
        ttlMs: policy.leaseTtlMs,
        changeAccount: (account, change) => changeAccount(deps, account, change),
        lost: (error) => entry.session.lost(error),
      },
      id,
    );
    const session = createSession({
      plugin,
      runtime: deps.runtime,
      lease,
      profiles: deps.directory,
      secretOf: (account, field) => accounts.secretOf(account, field),
      clock,
      random: deps.random,
      policy,
      notes,
      turns,
      launch: (work) => launches(work),
      label: labelOf,
      say,
      changed: notify,
    });
    const entry: Entry = { session, label };
    entries.set(id, entry);
    return entry;
  }

  function viewOf({ session, label }: Entry): SessionView {
    const { record, challenge, figures } = session.notes;
    const { id, plugin, parked, openedBy, openedAt, state, status, why, since, history } = record;
    const reconnects = (figures.reconnects ?? 0) + session.reopened;
    return {
      account: id,
      plugin,
      label,
      open: session.open,
      parked,
      openedBy,
      openedAt,
      state,
      status,
      why,
      since,
      challenge,
      challengeAt: session.notes.challengeAt,
      figures: { ...figures, reconnects },
      history,
      reopensAt: session.reopensAt,
      turn: turns.place(id),
    };
  }

  const reaches = (reach: SessionReach | undefined, id: string, label: string): boolean =>
    !reach?.accounts || reach.accounts.includes(id) || reach.accounts.includes(label);
  const seen = (id: string, reach: SessionReach | undefined): Entry | undefined => {
    const entry = entries.get(id);
    return entry && reaches(reach, id, entry.label) ? entry : undefined;
  };
  const openOne = (id: string, reach?: SessionReach): Entry | undefined => {
    const entry = seen(id, reach);
    return entry?.session.open ? entry : undefined;
  };

  function checkRoom(plugin: Plugin, { actor, reach }: SessionCaller): void {
    checkLimits(usage(), limits, plugin.session?.memoryBytes ?? 0);
    if (!reach || reach.most === null) return;
    const own = [...entries.values()].filter(({ session }) => session.open && session.notes.record.openedBy === actor).length;
    if (own < reach.most) return;
    throw new MusterError(
      'SESSION_LIMIT',
      `"${actor}" has ${own} sessions open and may have ${reach.most}. Close one of them first.`,
      { details: { open: own, max: reach.most } },
    );
  }

  async function open(
    id: string,
    caller: SessionCaller & { readonly input?: Readonly<Record<string, unknown>> },
  ): Promise<SessionView> {
    if (stopping) throw new MusterError('UNAVAILABLE', 'The host is stopping; open the session after its next start.');
    const account = await accounts.get(id);
    if (!reaches(caller.reach, id, account.label)) throw new MusterError('NOT_FOUND', `There is no account ${id}.`);
    const plugin = plugins.get(account.plugin);
    if (!plugin.session) {
      throw new MusterError('BAD_REQUEST', `Accounts of "${plugin.title}" have no sessions; run its actions instead.`);
    }
    const input = caller.input && (jsonValue(caller.input, { what: 'The input', maxLength: policy.maxJsonLength }) as JsonObject);
    const known = entries.get(id);
    // From here to `begin` nothing waits: what counts for the limits is entered at once.
    if (!known?.session.open) checkRoom(plugin, caller);
    const entry = known ?? enter(newRecord(account, clock.now()), account.label, plugin, false);
    entry.label = account.label;
    await entry.session.begin({ actor: caller.actor, input });
    await audit('session.opened', entry, caller.actor);
    return viewOf(entry);
  }

  async function close(id: string, { actor, reach }: SessionCaller): Promise<void> {
    const entry = openOne(id, reach);
    if (!entry) throw new MusterError('NOT_FOUND', `No session of account ${id} is open.`);
    await entry.session.close(actor);
    await audit('session.closed', entry, actor);
  }

  /** What was done stands, also when it cannot be written down. */
  async function audit(type: string, { session, label }: Entry, actor: string): Promise<void> {
    const { id, plugin } = session.notes.record;
    const message = `${actor} ${type === 'session.opened' ? 'opened' : 'closed'} the session of ${label}`;
    await events.record({ level: 'audit', type, actor, message, plugin, account: id }).catch(() => undefined);
  }

  /** Labels follow their accounts; what is left of the sessions of an account that is gone goes with it. */
  async function follow(id: string): Promise<void> {
    const entry = entries.get(id);
    const account = await store.get<AccountRecord>('accounts', id);
    if (!entry) return;
    if (account) {
      if (account.label === entry.label) return;
      entry.label = account.label;
    } else if (!entry.session.open) {
      entries.delete(id);
      await store.commit([{ delete: 'sessions', id }]).catch(() => undefined);
    }
    change$.next(id);
  }

  async function load(): Promise<void> {
    await mkdir(deps.directory, { recursive: true, mode: 0o700 });
    for (const record of await store.list<SessionRecord>('sessions')) {
      const account = await store.get<AccountRecord>('accounts', record.id);
      const plugin = plugins.loaded().find(({ id }) => id === record.plugin);
      if (!account) {
        await store.commit([{ delete: 'sessions', id: record.id }]);
        continue;
      }
      if (!plugin?.session) {
        if (!record.wanted) continue;
        const message = `${account.label}: its session is not opened, as the plugin "${record.plugin}" is not loaded`;
        say({ level: 'warn', type: 'session.not-opened', message, plugin: record.plugin, account: record.id });
        continue;
      }
      const { session } = enter(record, account.label, plugin, true);
      const torn = record.state !== 'closed' && !record.parked;
      if (torn) session.notes.tell({ state: record.wanted ? 'lost' : 'closed', why: 'the host ended without closing it' });
    }
    leaveStore = store.subscribe((changes) => {
      for (const { collection, ids } of changes) {
        if (collection !== 'accounts' || entries.size === 0) continue;
        for (const id of ids ?? entries.keys()) if (entries.has(id)) void follow(id).catch(() => undefined);
      }
    });
  }

  const live = <TSession extends LiveSession>(id: string): TSession => {
    const found = entries.get(id)?.session.live;
    if (found === undefined) throw notOpen(entries.get(id)?.label ?? `Account ${id}`);
    return found as TSession;
  };

  const known = (view: SessionView): KnownSession => {
    const { account, label, state, status, why, since, challenge, figures, history } = view;
    return { account, label, state, status, why, since, challenge, figures, history };
  };

  const sessions: Sessions = {
    change$: change$.asObservable(),
    list(reach) {
      const views = [...entries].filter(([id, { label }]) => reaches(reach, id, label)).map(([, entry]) => viewOf(entry));
      return views.toSorted(
        (left, right) => Number(right.open) - Number(left.open) || left.label.localeCompare(right.label, 'en'),
      );
    },
    get(id, reach) {
      const entry = seen(id, reach);
      return entry && viewOf(entry);
    },
    open,
    close,
    access(plugin, caller): SessionAccess {
      const own = (id: string): Entry | undefined => {
        const entry = openOne(id, caller.reach);
        return entry?.session.plugin.id === plugin ? entry : undefined;
      };
      const mustBeOwn = (id: string): void => {
        if (!own(id)) throw new MusterError('NOT_FOUND', `No session of account ${id} is open.`);
      };
      return {
        list: () =>
          sessions
            .list(caller.reach)
            .filter((view) => view.open && view.plugin === plugin)
            .map(known),
        get(id) {
          const entry = own(id);
          return entry && known(viewOf(entry));
        },
        async open(id, input) {
          const account = await accounts.get(id);
          if (account.plugin !== plugin) throw new MusterError('NOT_FOUND', `"${plugin}" has no account ${id}.`);
          return known(await open(id, { ...caller, ...(input && { input }) }));
        },
        async close(id) {
          mustBeOwn(id);
          await close(id, caller);
        },
        live<TSession extends LiveSession>(id: string): TSession {
          if (!own(id)) throw notOpen(`Account ${id}`);
          return live<TSession>(id);
        },
      };
    },
    live,
    ready: (id, signal) => waitUntilReady({ clock, change$, policy }, { look: () => lookAt(id), signal }),
    held(id) {
      const account = entries.get(id)?.session.lease.account;
      if (!account) throw notOpen(entries.get(id)?.label ?? `Account ${id}`);
      return account;
    },
    readyIds: (plugin) =>
      [...entries.values()]
        .filter(({ session }) => session.plugin.id === plugin && session.notes.record.state === 'ready' && session.live)
        .map(({ session }) => session.notes.record.id),
    async change(id, change) {
      const entry = entries.get(id);
      if (!entry) throw notOpen(`Account ${id}`);
      return entry.session.lease.change(change);
    },
    limits,
    usage,
    load,
    start() {
      for (const { session } of entries.values()) session.resume();
    },
    async stop(graceMs) {
      stopping = true;
      leaveStore?.();
      await Promise.all([...entries.values()].map(({ session }) => session.stop(graceMs)));
      keeper.stop();
      change$.complete();
    },
  };

  function lookAt(id: string): LiveSession | 'wait' | MusterError {
    const entry = entries.get(id);
    if (!entry?.session.open) return notOpen(entry?.label ?? `Account ${id}`);
    const { record } = entry.session.notes;
    if (record.state === 'ready') return entry.session.live ?? 'wait';
    if (record.state !== 'needs-operator') return 'wait';
    const why = record.why === null ? '' : ` (${record.why})`;
    return new MusterError('SESSION_NOT_READY', `The session of ${entry.label} waits for a person${why}.`, {
      remedy: 'retry',
      retryAfterMs: policy.personMs,
    });
  }

  return sessions;
}
