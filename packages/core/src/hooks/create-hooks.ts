import { MusterError, safeText, toMusterError, type JsonObject } from '@muster/sdk';
import { Subject, type Subscription } from 'rxjs';
import type { MusterEvent, NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import type { Jobs, JobSnapshot } from '../jobs/jobs.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { checkTarget } from './check-target.ts';
import { deliver, failureText, sealHookSecret } from './deliver.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryWorker } from './delivery-worker.ts';
import type { DeliveryRecord, HookCursor, HookRecord } from './hook-record.ts';
import { maskedTarget, storedTarget, wholeTarget } from './hook-target.ts';
import type { Hooks, HookView } from './hooks.ts';
import { isPattern, matches } from './matches.ts';

const MAX_NAME = 100;
const MAX_SECRET = 1_000;
const MAX_PATTERNS = 50;
/** So many events of the time between two hosts are looked through. */
const MAX_REPLAYED = 5_000;
/** The cursor is written at least once in so many events. */
const CURSOR_EVERY = 500;
const SHOWN = 50;

export interface HooksDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly jobs: Pick<Jobs, 'get'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
}

/** What is worth telling of a job that ended. */
const jobPart = ({ id, plugin, action, title, state, total, counts, errors, startedAt, endedAt }: JobSnapshot): JsonObject => ({
  id,
  plugin,
  action,
  title,
  state,
  total,
  counts: { ...counts },
  errors: errors.map((each) => ({ ...each })),
  startedAt,
  endedAt,
});

export function createHooks(deps: HooksDeps): Hooks {
  const { store, vault, events, jobs, clock, random } = deps;
  const queue = createDeliveryQueue(store);
  const changes = new Subject<void>();
  const changed = (): void => changes.next();
  const say = (event: NewEvent): void => void events.record(event).catch(() => undefined);
  const audit = (type: string, actor: string, message: string): Promise<void> =>
    events.record({ level: 'audit', type, actor, message: `${actor} ${message}` });
  /** Read once; the host is the only one that changes them. */
  let known: HookRecord[] | undefined;
  const records = async (): Promise<HookRecord[]> => (known ??= await store.list<HookRecord>('hooks'));
  const send = async (hook: HookRecord, delivery: DeliveryRecord, signal: AbortSignal): Promise<string> =>
    deliver(deps, { hook: await withSealed(hook), delivery }, signal);
  // A new data key seals secrets anew in the store: what is sent takes the hook from there.
  const fresh = (): Promise<HookRecord[]> => store.list<HookRecord>('hooks');
  const worker = createDeliveryWorker({ ...deps, queue, hooks: fresh, send, say, changed });
  /** Addresses of before they were sealed. VAULT_LOCKED. */
  async function withSealed(hook: HookRecord): Promise<HookRecord> {
    if (hook.target.kind !== 'webhook' || hook.address) return hook;
    const stored = storedTarget(vault, hook.id, hook.target);
    await store.commit([{ update: 'hooks', id: hook.id, patch: { set: { ...stored } } }]);
    known = undefined;
    return { ...hook, ...stored };
  }
  let seq = 0;
  let written = 0;
  let turn: Promise<void> = Promise.resolve();
  let subscription: Subscription | undefined;

  async function find(reference: string): Promise<HookRecord> {
    const all = await fresh();
    const byId = all.find(({ id }) => id === reference);
    if (byId) return byId;
    const [only, ...more] = all.filter(({ name }) => name === reference);
    if (more.length > 0)
      throw new MusterError('CONFLICT', `Several hooks are called "${safeText(reference, MAX_NAME)}"; say which by its id.`);
    if (!only) throw new MusterError('NOT_FOUND', `There is no hook "${safeText(reference, MAX_NAME)}".`);
    return only;
  }

  async function view({ secret, address: _a, sinceSeq: _s, ...hook }: HookRecord): Promise<HookView> {
    const [counts, [last]] = await Promise.all([queue.counts(hook.id), queue.newest(hook.id, 1)]);
    const shown = last && { state: last.state, outcome: last.outcome, createdAt: last.createdAt, attempts: last.attempts };
    return { ...hook, target: maskedTarget(hook.target), hasSecret: secret !== null, ...counts, last: shown ?? null };
  }

  async function deliveryOf(hook: HookRecord, event: Omit<MusterEvent, 'seq'>): Promise<DeliveryRecord> {
    const id = random.id();
    const job =
      event.job === undefined || !event.type.startsWith('job.') ? undefined : await jobs.get(event.job).catch(() => undefined);
    const now = clock.now();
    const body = {
      delivery: id,
      hook: hook.name,
      event: { ...event } as unknown as JsonObject,
      ...(job && { job: jobPart(job) }),
    };
    return {
      id,
      hook: hook.id,
      type: event.type,
      message: event.message,
      body,
      state: 'waiting',
      attempts: 0,
      notBefore: now,
      outcome: null,
      createdAt: now,
      endedAt: null,
    };
  }

  const cursorAt = async (to: number): Promise<Operation> =>
    (await store.get('hook-cursor', 'cursor'))
      ? { update: 'hook-cursor', id: 'cursor', patch: { set: { seq: to } } }
      : { insert: 'hook-cursor', document: { id: 'cursor', seq: to } as HookCursor };

  /** One event after the other: what is to be told of it, and how far it was looked, are one transaction. */
  async function take(event: MusterEvent): Promise<void> {
    if (event.seq <= seq) return;
    const meant = (await records()).filter((hook) => hook.enabled && event.seq > hook.sinceSeq && matches(event, hook));
    const operations: Operation[] = [];
    for (const hook of meant) {
      const put = await queue.putting(await deliveryOf(hook, event));
      operations.push(...put.operations);
      if (put.dropped > 0)
        say({ level: 'warn', type: 'hook.dropped', message: `"${hook.name}": too many wait; the oldest is dropped` });
    }
    if (operations.length > 0 || event.seq - written >= CURSOR_EVERY) {
      await store.commit([...operations, await cursorAt(event.seq)]);
      written = event.seq;
    }
    seq = event.seq;
    if (operations.length === 0) return;
    changed();
    worker.look();
  }

  const inTurn = (work: () => Promise<void>): Promise<void> =>
    (turn = turn.then(work).catch((error: unknown) => {
      say({ level: 'error', type: 'hook.halted', message: `An event is not told to hooks: ${toMusterError(error).message}` });
    }));

  /** What happened since the last host looked: its own last words, and what it did not get to. */
  async function replay(): Promise<void> {
    const hooks = await records();
    if (hooks.length === 0) return;
    const cursor = await store.get<HookCursor>('hook-cursor', 'cursor');
    const from = cursor?.seq ?? Math.min(...hooks.map(({ sinceSeq }) => sinceSeq));
    [seq, written] = [from, from];
    for (const event of await events.query({ after: from, limit: MAX_REPLAYED })) await take(event);
  }

  return {
    change$: changes.asObservable(),
    async list() {
      return Promise.all((await fresh()).toSorted((a, b) => a.createdAt - b.createdAt).map(view));
    },
    get: async (reference) => view(await find(reference)),

    async add({ name, target, events: patterns = ['job.ended'], plugin, secret }, actor) {
      checkTarget(target);
      const wrong = patterns.find((each) => !isPattern(each));
      if (wrong !== undefined)
        throw new MusterError('BAD_INPUT', `events: "${safeText(wrong, 100)}" is no type; write job.ended, job.*, or *.`);
      if (patterns.length === 0 || patterns.length > MAX_PATTERNS)
        throw new MusterError('BAD_INPUT', `events: from 1 to ${MAX_PATTERNS}.`);
      if (secret !== undefined && (secret === '' || secret.length > MAX_SECRET)) {
        throw new MusterError('BAD_INPUT', `secret: from 1 to ${MAX_SECRET} characters.`);
      }
      const id = random.id();
      const made =
        target.kind === 'webhook' && secret === undefined ? Buffer.from(random.bytes(32)).toString('base64url') : undefined;
      const kept = target.kind === 'command' ? undefined : (secret ?? made);
      const hook: HookRecord = {
        id,
        name: safeText((name ?? `${target.kind} ${id.slice(0, 4)}`).trim(), MAX_NAME),
        ...storedTarget(vault, id, target),
        events: [...patterns],
        plugin: plugin ?? null,
        secret: kept === undefined ? null : sealHookSecret(vault, id, kept),
        enabled: true,
        sinceSeq: events.lastSeq,
        createdAt: clock.now(),
      };
      await store.commit([{ insert: 'hooks', document: hook }]);
      known = undefined;
      await audit('hook.added', actor, `added the hook "${hook.name}" (${target.kind}) for ${patterns.join(', ')}`);
      changed();
      return { hook: await view(hook), secret: made ?? null };
    },

    async reveal(reference, actor) {
      const hook = await find(reference);
      const target = wholeTarget(deps, hook);
      await audit('hook.revealed', actor, `looked at where the hook "${hook.name}" tells of things`);
      return target;
    },
    async setEnabled(reference, enabled, actor) {
      const hook = await find(reference);
      // What happened while it was off is not told afterwards.
      await store.commit([
        { update: 'hooks', id: hook.id, patch: { set: { enabled, ...(enabled && { sinceSeq: events.lastSeq }) } } },
      ]);
      known = undefined;
      await audit('hook.changed', actor, `${enabled ? 'enabled' : 'disabled'} the hook "${hook.name}"`);
      changed();
      worker.look();
      return view(await find(hook.id));
    },

    async remove(reference, actor) {
      const hook = await find(reference);
      await store.commit([{ delete: 'hooks', id: hook.id }, ...(await queue.removing(hook.id))]);
      known = undefined;
      await audit('hook.removed', actor, `removed the hook "${hook.name}"`);
      changed();
    },

    async test(reference, actor) {
      const hook = await find(reference);
      const message = `${actor} tries the hook "${hook.name}"`;
      const delivery = await deliveryOf(hook, { at: clock.now(), level: 'info', type: 'hook.tested', message, actor });
      const result = await send(hook, delivery, AbortSignal.timeout(120_000)).then(
        (outcome) => ({ ok: true, outcome }),
        (thrown: unknown) => ({ ok: false, outcome: safeText(deps.redactor.redact(failureText(thrown)), 500) }),
      );
      const ended = { state: result.ok ? 'sent' : 'failed', attempts: 1, outcome: result.outcome, endedAt: clock.now() } as const;
      await store.commit([{ insert: 'hook-deliveries', document: { ...delivery, ...ended } }]);
      await audit('hook.tested', actor, `tried the hook "${hook.name}": ${result.outcome}`);
      changed();
      return result;
    },

    deliveries: async (reference, limit = SHOWN) => queue.newest((await find(reference)).id, limit),

    async start() {
      seq = events.lastSeq;
      written = seq;
      void inTurn(replay);
      // Before anything is waited for: what happens meanwhile is told too.
      subscription = events.event$.subscribe((event) => {
        if (known === undefined || known.length > 0) void inTurn(() => take(event));
      });
      // A locked vault: at the next start, or when it is told.
      for (const hook of await records()) await withSealed(hook).catch(() => undefined);
      worker.start();
    },

    async stop() {
      subscription?.unsubscribe();
      await turn;
      if (seq > written) await store.commit([await cursorAt(seq)]);
      await worker.stop();
      changes.complete();
    },
  };
}
