import { mkdir } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import type { JsonObject, KnownSession, LiveSession, Plugin, SessionAccess } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { jsonValue } from '../jobs/json-value.ts';
import { waitUntilReady } from './ready.ts';
import { createSessionRestore } from './restore-sessions.ts';
import { createSessionBook, type SessionBookDeps, type SessionEntry } from './session-book.ts';
import { checkLimits } from './session-limits.ts';
import { SESSION_POLICY, type SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionCaller, SessionReach, Sessions, SessionView } from './sessions.ts';

export interface SessionsDeps extends Omit<SessionBookDeps, 'policy'> {
  readonly policy?: Partial<SessionPolicy>;
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
const noSession = (id: string): MusterError => new MusterError('NOT_FOUND', `No session of account ${id} is open.`);

const known = ({ account, label, state, status, why, since, challenge, figures, history }: SessionView): KnownSession => ({
  account,
  label,
  state,
  status,
  why,
  since,
  challenge,
  figures,
  history,
});

export function createSessions(deps: SessionsDeps): Sessions {
  const { accounts, plugins, events, clock, store } = deps;
  const policy: SessionPolicy = { ...SESSION_POLICY, ...deps.policy };
  const book = createSessionBook({ ...deps, policy }, () => restore.resumeHeld());
  const restore = createSessionRestore({ store, plugins, book });
  const { entries, limits } = book;
  let stopping = false;

  const nameOf = (id: string): string => entries.get(id)?.label ?? `Account ${id}`;
  const openOne = (id: string, reach?: SessionReach): SessionEntry | undefined => {
    const entry = book.find(id, reach);
    return entry?.session.open ? entry : undefined;
  };

  function checkRoom(plugin: Plugin, { actor, reach }: SessionCaller): void {
    checkLimits(book.usage(), limits, plugin.session?.memoryBytes ?? 0);
    if (!reach || reach.most === null) return;
    const isOwn = ({ session }: SessionEntry): boolean => session.open && session.notes.record.openedBy === actor;
    const own = [...entries.values()].filter(isOwn).length;
    if (own < reach.most) return;
    const message = `"${actor}" has ${own} sessions open and may have ${reach.most}. Close one of them first.`;
    throw new MusterError('SESSION_LIMIT', message, { details: { open: own, max: reach.most } });
  }

  async function open(
    id: string,
    caller: SessionCaller & { readonly input?: Readonly<Record<string, unknown>> },
  ): Promise<SessionView> {
    if (stopping) throw new MusterError('UNAVAILABLE', 'The host is stopping; open the session after its next start.');
    const account = await accounts.get(id);
    if (!book.reaches(caller.reach, id, account.label)) throw new MusterError('NOT_FOUND', `There is no account ${id}.`);
    const plugin = plugins.get(account.plugin);
    if (!plugin.session) {
      throw new MusterError('BAD_REQUEST', `Accounts of "${plugin.title}" have no sessions; run its actions instead.`);
    }
    const input = caller.input && (jsonValue(caller.input, { what: 'The input', maxLength: policy.maxJsonLength }) as JsonObject);
    const there = entries.get(id);
    // From here to `begin` nothing waits: what counts for the limits is entered at once.
    if (!there?.session.open) checkRoom(plugin, caller);
    const entry = there ?? book.enter(newRecord(account, clock.now()), account.label, { plugin, stored: false });
    entry.label = account.label;
    await entry.session.begin({ actor: caller.actor, input });
    await audit('session.opened', entry, caller.actor);
    return book.view(entry);
  }

  async function close(id: string, { actor, reach }: SessionCaller): Promise<void> {
    const entry = openOne(id, reach);
    if (!entry) throw noSession(id);
    await entry.session.close(actor);
    await audit('session.closed', entry, actor);
  }

  /** What was done stands, also when it cannot be written down. */
  async function audit(type: string, { session, label }: SessionEntry, actor: string): Promise<void> {
    const { id, plugin } = session.notes.record;
    const message = `${actor} ${type === 'session.opened' ? 'opened' : 'closed'} the session of ${label}`;
    await events.record({ level: 'audit', type, actor, message, plugin, account: id }).catch(() => undefined);
  }

  const list = (reach?: SessionReach): readonly SessionView[] =>
    [...entries]
      .filter(([id, { label }]) => book.reaches(reach, id, label))
      .map(([, entry]) => book.view(entry))
      .toSorted((left, right) => Number(right.open) - Number(left.open) || left.label.localeCompare(right.label, 'en'));

  const live = <TSession extends LiveSession>(id: string): TSession => {
    const found = entries.get(id)?.session.live;
    if (found === undefined) throw notOpen(nameOf(id));
    return found as TSession;
  };

  function access(plugin: string, caller: SessionCaller): SessionAccess {
    const own = (id: string): SessionEntry | undefined => {
      const entry = openOne(id, caller.reach);
      return entry?.session.plugin.id === plugin ? entry : undefined;
    };
    return {
      list: () =>
        list(caller.reach)
          .filter((view) => view.open && view.plugin === plugin)
          .map(known),
      get(id) {
        const entry = own(id);
        return entry && known(book.view(entry));
      },
      async open(id, input) {
        const account = await accounts.get(id);
        if (account.plugin !== plugin) throw new MusterError('NOT_FOUND', `"${plugin}" has no account ${id}.`);
        return known(await open(id, { ...caller, ...(input && { input }) }));
      },
      async close(id) {
        if (!own(id)) throw noSession(id);
        await close(id, caller);
      },
      live<TSession extends LiveSession>(id: string): TSession {
        if (!own(id)) throw notOpen(`Account ${id}`);
        return live<TSession>(id);
      },
    };
  }

  /** For who waits until a session is ready. */
  function lookAt(id: string): LiveSession | 'wait' | MusterError {
    const entry = openOne(id);
    if (!entry) return notOpen(nameOf(id));
    const { state, why } = entry.session.notes.record;
    if (state === 'ready') return entry.session.live ?? 'wait';
    if (state !== 'needs-operator') return 'wait';
    const message = `The session of ${entry.label} waits for a person${why === null ? '' : ` (${why})`}.`;
    return new MusterError('SESSION_NOT_READY', message, { remedy: 'retry', retryAfterMs: policy.personMs });
  }

  return {
    change$: book.change$.asObservable(),
    list,
    get(id, reach) {
      const entry = book.find(id, reach);
      return entry && book.view(entry);
    },
    open,
    close,
    access,
    live,
    async ready(id, signal) {
      if (!entries.has(id)) throw notOpen((await store.get<AccountRecord>('accounts', id))?.label ?? `Account ${id}`);
      return waitUntilReady({ clock, change$: book.change$, policy }, { look: () => lookAt(id), signal });
    },
    readyIds: (plugin) =>
      [...entries.values()]
        .filter(({ session }) => session.plugin.id === plugin && session.notes.record.state === 'ready' && session.live)
        .map(({ session }) => session.notes.record.id),
    held(id) {
      const account = entries.get(id)?.session.lease.account;
      if (!account) throw notOpen(nameOf(id));
      return account;
    },
    async change(id, change) {
      const entry = entries.get(id);
      if (!entry) throw notOpen(nameOf(id));
      return entry.session.lease.change(change);
    },
    limits,
    usage: book.usage,
    async load() {
      await mkdir(deps.directory, { recursive: true, mode: 0o700 });
      await restore.load();
    },
    start: restore.resume,
    async stop(graceMs) {
      stopping = true;
      restore.stop();
      await Promise.all([...entries.values()].map(({ session }) => session.stop(graceMs)));
      book.close();
    },
  };
}
