import type { Plugin } from '@muster/sdk';
import pLimit from 'p-limit';
import { Subject } from 'rxjs';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import { changeAccount } from '../jobs/account-change.ts';
import { createLeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { createSession } from './create-session.ts';
import type { Session } from './session.ts';
import type { SessionRuntime } from './session-context.ts';
import { createSessionLease, type SessionLease } from './session-lease.ts';
import { sessionLimits, sessionUsage, type SessionLimits, type SessionSettings, type SessionUsage } from './session-limits.ts';
import { createSessionNotes } from './session-notes.ts';
import type { SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionReach, SessionView } from './sessions.ts';
import { createTurns } from './turns.ts';

const MIB = 1_048_576;

export interface SessionBookDeps {
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
  readonly policy: SessionPolicy;
}

export interface SessionEntry {
  readonly session: Session;
  label: string;
}

/** Every session that is known, by account, with what they share: turns, launches, leases, limits. */
export interface SessionBook {
  readonly entries: ReadonlyMap<string, SessionEntry>;
  readonly change$: Subject<string>;
  readonly limits: SessionLimits;
  usage(): SessionUsage;
  /** Writes a session into the book. `stored`: its record is in the store already. */
  enter(record: SessionRecord, label: string, of: { readonly plugin: Plugin; readonly stored: boolean }): SessionEntry;
  remove(account: string): void;
  view(entry: SessionEntry): SessionView;
  /** Undefined for what the caller does not reach. */
  find(account: string, reach?: SessionReach): SessionEntry | undefined;
  reaches(reach: SessionReach | undefined, account: string, label: string): boolean;
  say(event: NewEvent): void;
  close(): void;
}

/** `changed` is called with each change, before those who watch are told. */
export function createSessionBook(deps: SessionBookDeps, changed: () => void): SessionBook {
  const { store, pool, accounts, plugins, events, clock, policy } = deps;
  const expected = Math.max(0, ...plugins.loaded().map(({ session }) => session?.memoryBytes ?? 0));
  const limits = sessionLimits(deps.settings, deps.machineBytes, expected);
  const entries = new Map<string, SessionEntry>();
  const change$ = new Subject<string>();
  const launches = pLimit(limits.launchesAtOnce);
  const keeper = createLeaseKeeper({ pool, clock, ttlMs: policy.leaseTtlMs });
  let warned = false;

  // The log must not hold up the work, nor fail it.
  const say = (event: NewEvent): void => void events.record(event).catch(() => undefined);
  const turns = createTurns(() => {
    for (const id of entries.keys()) if (turns.place(id) !== null) change$.next(id);
  });

  const usage = (): SessionUsage => {
    const open = [...entries.values()].filter(({ session }) => session.open);
    const needs = open.map(({ session }) => {
      const { record, figures } = session.notes;
      return { memoryBytes: record.parked ? 0 : (figures.memoryBytes ?? session.plugin.session?.memoryBytes ?? 0) };
    });
    return sessionUsage(needs, limits);
  };
  function warn(): void {
    const now = usage();
    if (now.near && !warned) {
      const mb = (bytes: number): number => Math.round(bytes / MIB);
      const message =
        `${now.open} of at most ${limits.max} sessions are open; they need ${mb(now.memoryBytes)} of ${mb(limits.memoryBytes)} MB. ` +
        'Raise sessions.max or sessions.memoryMb in config.json, or close some.';
      say({ level: 'warn', type: 'session.limit-near', message, fields: { open: now.open, max: limits.max } });
    }
    warned = now.near;
  }
  const told = (id: string): void => {
    warn();
    changed();
    change$.next(id);
  };
  const reaches: SessionBook['reaches'] = (reach, id, label) =>
    !reach?.accounts || reach.accounts.includes(id) || reach.accounts.includes(label);

  return {
    entries,
    change$,
    limits,
    usage,
    say,
    reaches,
    enter(record, label, { plugin, stored }) {
      const { id } = record;
      const shared = { clock, policy, say, changed: () => told(id), label: () => entries.get(id)?.label ?? label };
      const notes = createSessionNotes({ store, redactor: deps.redactor, ...shared }, record, stored);
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
        ...shared,
        plugin,
        runtime: deps.runtime,
        lease,
        profiles: deps.directory,
        secretOf: (account: AccountRecord, field: string) => accounts.secretOf(account, field),
        random: deps.random,
        notes,
        turns,
        launch: (work) => launches(work),
      });
      const entry: SessionEntry = { session, label };
      entries.set(id, entry);
      return entry;
    },
    remove: (id) => void entries.delete(id),
    find(id, reach) {
      const entry = entries.get(id);
      return entry && reaches(reach, id, entry.label) ? entry : undefined;
    },
    view({ session, label }) {
      const { record, challenge, challengeAt, figures } = session.notes;
      const { id: account, wanted: _wanted, input: _input, ...told } = record;
      const reconnects = (figures.reconnects ?? 0) + session.reopened;
      return {
        ...told,
        account,
        label,
        open: session.open,
        challenge,
        challengeAt,
        figures: { ...figures, reconnects },
        reopensAt: session.reopensAt,
        turn: turns.place(account),
      };
    },
    close() {
      keeper.stop();
      change$.complete();
    },
  };
}
