import type { AccountRecord } from '../accounts/account-record.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Store } from '../ports/store.ts';
import type { SessionBook } from './session-book.ts';
import type { SessionRecord } from './session-record.ts';

/** What brings sessions back, and what makes them follow their accounts. */
export interface SessionRestore {
  /** Reads what a former host left; nothing runs yet. */
  load(): Promise<void>;
  resume(): void;
  /** A place may have become free. */
  resumeHeld(): void;
  stop(): void;
}

export interface SessionRestoreDeps {
  readonly store: Store;
  readonly plugins: Plugins;
  readonly book: SessionBook;
}

export function createSessionRestore({ store, plugins, book }: SessionRestoreDeps): SessionRestore {
  const { entries, limits } = book;
  /** Wanted, and not opened as there were too many when the host started. */
  const held = new Set<string>();
  let leaveStore: (() => void) | undefined;
  let stopped = false;

  async function take(record: SessionRecord): Promise<void> {
    const account = await store.get<AccountRecord>('accounts', record.id);
    if (!account) return store.commit([{ delete: 'sessions', id: record.id }]);
    const plugin = plugins.loaded().find(({ id }) => id === record.plugin);
    if (!plugin?.session) {
      const message = `${account.label}: its session is not opened, as the plugin "${record.plugin}" is not loaded`;
      const about = { plugin: record.plugin, account: record.id };
      if (record.wanted) book.say({ level: 'warn', type: 'session.not-opened', message, ...about });
      return undefined;
    }
    const { session } = book.enter(record, account.label, { plugin, stored: true });
    const torn = record.state !== 'closed' && !record.parked;
    if (torn) session.notes.tell({ state: record.wanted ? 'lost' : 'closed', why: 'the host ended without closing it' });
    return undefined;
  }

  /** Labels follow their accounts; what is left of the session of an account that is gone goes with it. */
  async function follow(id: string): Promise<void> {
    const entry = entries.get(id);
    const account = await store.get<AccountRecord>('accounts', id);
    if (!entry) return;
    if (!account) {
      if (entry.session.open) return;
      book.remove(id);
      await store.commit([{ delete: 'sessions', id }]).catch(() => undefined);
    } else {
      if (account.pending !== null && entry.session.open && !stopped) {
        // It changes when its lease ends, and the session is what holds it.
        await entry.session.close(account.pending === 'paused' ? 'the pause of its account' : 'the retirement of its account');
      }
      if (account.label === entry.label) return;
      entry.label = account.label;
    }
    book.change$.next(id);
  }

  return {
    async load() {
      for (const record of await store.list<SessionRecord>('sessions')) await take(record);
      leaveStore = store.subscribe((changes) => {
        for (const { collection, ids } of changes) {
          if (collection !== 'accounts' || entries.size === 0) continue;
          for (const id of ids ?? entries.keys()) if (entries.has(id)) void follow(id).catch(() => undefined);
        }
      });
    },
    /** Those that were opened first come back first; what is beyond the limit waits until another is closed. */
    resume() {
      const wanted = [...entries].filter(([, { session }]) => session.notes.record.wanted);
      const inOrder = wanted.toSorted(([, a], [, b]) => a.session.notes.record.openedAt - b.session.notes.record.openedAt);
      for (const [id] of inOrder.slice(limits.max)) held.add(id);
      for (const [id, { session }] of inOrder) {
        if (!held.has(id)) session.resume();
        else session.hold(`not opened: the limit is ${limits.max} sessions; it comes back when another is closed`);
      }
    },
    resumeHeld() {
      if (stopped) return;
      for (const id of held) {
        const entry = entries.get(id);
        if (!entry?.session.open) held.delete(id);
        else if ([...entries.values()].filter(({ session }) => session.open).length - held.size < limits.max) {
          held.delete(id);
          entry.session.resume();
        }
      }
    },
    stop() {
      stopped = true;
      leaveStore?.();
    },
  };
}
