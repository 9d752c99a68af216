import { MusterError, toMusterError } from '@muster/sdk';
import type { JsonObject, SessionReport } from '@muster/sdk';
import { stateOfWord } from '../jobs/settle.ts';
import type { LeaseOutcome } from '../pool/pool.ts';
import type { Session, SessionDeps } from './session.ts';
import { createSessionContext } from './session-context.ts';
import { backoff } from './session-policy.ts';
import { shutRun, type Run } from './shut-run.ts';

const CLOSED = new MusterError('ABORTED', 'The session is closed.');

export function createSession(deps: SessionDeps): Session {
  const { clock, policy, notes, lease, plugin, say, changed } = deps;
  const { id } = notes.record;
  let run: Run | undefined;
  /** A person's wish to open it is being carried out; never rejects. */
  let beginning: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let stopped = false;
  let failures = 0;
  let reopened = 0;
  let readySince: number | undefined;
  let reopensAt: number | null = null;
  let takeBackReopen: (() => void) | undefined;
  let takeBackMend: (() => void) | undefined;

  const about = { plugin: plugin.id, account: id };
  const clearTimers = (): void => {
    takeBackReopen?.();
    takeBackMend?.();
    takeBackReopen = takeBackMend = undefined;
    reopensAt = null;
  };
  const background = (work: Promise<unknown>, what: string): void => {
    work.catch((thrown: unknown) => {
      const message = `${deps.label()}: ${what}: ${toMusterError(thrown).message}`;
      say({ level: 'error', type: 'session.failed', message, ...about });
    });
  };

  function launch(why: string | null): void {
    clearTimers();
    const current: Run = { controller: new AbortController(), live: undefined, over: false, settled: Promise.resolve() };
    run = current;
    readySince = undefined;
    watch(current, 'it did not open in time');
    notes.tell({ state: 'opening', ...(why !== null && { why }) });
    current.settled = openIt(current);
  }

  async function openIt(current: Run): Promise<void> {
    const { signal } = current.controller;
    try {
      const account = await lease.take();
      lease.attend(null);
      const part = plugin.session;
      if (!part) throw new MusterError('PLUGIN_BROKEN', `"${plugin.id}" has no sessions.`);
      const { default: open } = await part.load();
      const context = await createSessionContext(deps, account, {
        signal,
        input: notes.record.input,
        report: (report) => hear(current, report),
        figures(figures) {
          if (!current.over) notes.measure(figures);
        },
        launch: (work) => launched(current, work),
        attention: () => deps.turns.take(id, signal),
      });
      signal.throwIfAborted();
      current.live = await open(context);
      changed();
    } catch (thrown) {
      if (!current.over) background(failed(current, toMusterError(thrown)), 'the end of its session could not be written down');
    }
  }

  async function launched<T>(current: Run, work: () => Promise<T>): Promise<T> {
    return deps.launch(() => {
      current.controller.signal.throwIfAborted();
      // What it waited for its turn is not its fault.
      if (notes.record.state === 'opening') watch(current, 'it did not open in time');
      return work();
    });
  }

  /** What a run says of itself. */
  function hear(current: Run, report: SessionReport): void {
    if (current.over || run !== current) return;
    const { state, ended = false } = report;
    if (ended && !['lost', 'needs-operator', 'closed'].includes(state)) {
      throw new MusterError('BAD_INPUT', `A session that is ${state} has not ended.`);
    }
    notes.tell(report);
    if (state === 'opening') watch(current, 'it did not open in time');
    else if (state === 'lost' && !ended) watch(current, 'it did not mend itself');
    else watch(current, null);
    lease.attend(state === 'needs-operator' ? (notes.record.why ?? 'Its session needs you.') : null);
    if (state === 'ready') readySince ??= clock.now();
    if (state === 'closed') background(endedByItself(current, { kind: 'used' }), 'its session could not be ended');
    else if (state === 'lost' && ended) again(current, notes.record.why);
    else if (state === 'needs-operator' && ended) background(park(current), 'its session could not be put aside');
  }

  /** From now on it has so long to say something else; `null` takes that back. */
  function watch(current: Run, what: string | null): void {
    takeBackMend?.();
    takeBackMend = undefined;
    if (what === null || current.over || run !== current) return;
    takeBackMend = clock.after(policy.mendMs, () => background(replace(current, what), 'its session could not be replaced'));
  }

  async function failed(current: Run, error: MusterError): Promise<void> {
    const { state } = notes.record;
    if (error.remedy === 'retire-account') {
      const { status, message: why } = error;
      await endedByItself(current, { kind: 'failed', change: { why, ...(status !== undefined && { status }) } }, why);
    } else if (state === 'needs-operator') await park(current);
    else again(current, error.message, error.retryAfterMs);
  }

  function over(current: Run): void {
    current.over = true;
    if (run === current) run = undefined;
    current.controller.abort(CLOSED);
  }

  /** Opens it again after a while, longer with each failure in a row. */
  function again(current: Run, why: string | null, atLeastMs = 0): void {
    over(current);
    if (readySince !== undefined && clock.now() - readySince >= policy.stableMs) failures = 0;
    failures += 1;
    const waitMs = Math.max(
      backoff(failures, policy, () => deps.random.number()),
      Number.isFinite(atLeastMs) ? atLeastMs : 0,
    );
    clearTimers();
    reopensAt = clock.now() + waitMs;
    const { status } = notes.record;
    const kept = notes.record.state === 'lost' && status !== null ? { status } : {};
    notes.tell({ state: 'lost', ended: true, ...kept, ...(why !== null && { why }) });
    lease.attend(null);
    takeBackReopen = clock.after(waitMs, () => {
      reopened += 1;
      launch(why === null ? 'opened again' : `opened again after: ${why}`);
    });
  }

  async function park(current: Run): Promise<void> {
    over(current);
    const { status, why } = notes.record;
    notes.tell({ state: 'needs-operator', ended: true, ...(status !== null && { status }), ...(why !== null && { why }) });
    await notes.wish({ parked: true });
  }

  async function endedByItself(current: Run, outcome: LeaseOutcome, why?: string): Promise<void> {
    over(current);
    clearTimers();
    const said = notes.record;
    const reason = why ?? (said.state === 'closed' ? said.why : null);
    notes.tell({
      state: 'closed',
      ...(said.state === 'closed' && said.status !== null && { status: said.status }),
      ...(reason !== null && { why: reason }),
    });
    await notes.wish({ wanted: false, parked: false });
    await lease.end((account) => (outcome.kind === 'used' ? { kind: 'used', change: stateOfWord(account, plugin) } : outcome));
  }

  /** Ends a run from outside, cleanly if it can be. */
  async function shut(current: Run, graceMs: number): Promise<void> {
    over(current);
    const why = await shutRun(current, { clock, graceMs });
    if (why === null) return;
    say({ level: 'warn', type: 'session.abandoned', message: `${deps.label()}: its session ${why}`, ...about });
  }

  async function replace(current: Run, why: string): Promise<void> {
    if (current.over) return;
    await shut(current, policy.closeMs);
    if (run !== undefined || stopped || closing || !notes.record.wanted) return;
    again(current, why);
  }

  async function beginIt(actor: string, input: JsonObject | undefined): Promise<void> {
    const { wanted, input: before } = notes.record;
    if (!wanted) notes.tell({ state: 'opening', why: `opened by ${actor}` });
    try {
      await lease.take();
      const opened = wanted ? {} : { openedBy: actor, openedAt: clock.now() };
      await notes.wish({ wanted: true, parked: false, input: input ?? (wanted ? before : {}), ...opened });
    } catch (thrown) {
      if (!wanted) {
        notes.tell({ state: 'closed', why: toMusterError(thrown).message });
        await lease.end(() => ({ kind: 'unused' }));
      }
      throw thrown;
    }
    if (stopped) return;
    failures = 0;
    launch(`opened by ${actor}`);
  }

  async function closeIt(actor: string): Promise<void> {
    await beginning;
    await notes.wish({ wanted: false, parked: false });
    clearTimers();
    if (run) await shut(run, policy.closeMs);
    failures = 0;
    notes.tell({ state: 'closed', why: `closed by ${actor}` });
    await lease.end((account) => ({ kind: 'used', change: stateOfWord(account, plugin) }));
    await notes.flush();
  }

  return {
    notes,
    lease,
    plugin,
    get open() {
      return beginning !== undefined || notes.record.wanted || closing !== undefined;
    },
    get live() {
      return run && !run.over ? run.live : undefined;
    },
    get reopensAt() {
      return reopensAt;
    },
    get reopened() {
      return reopened;
    },
    async begin({ actor, input }) {
      if (beginning || run || closing) {
        const what = closing ? 'is being closed; open it when that is done' : `has a session already (${notes.record.state})`;
        throw new MusterError('CONFLICT', `${deps.label()} ${what}.`);
      }
      const work = beginIt(actor, input);
      beginning = work.then(
        () => undefined,
        () => undefined,
      );
      try {
        await work;
      } finally {
        beginning = undefined;
        changed();
      }
    },
    resume() {
      if (!notes.record.wanted || run || stopped) return;
      if (notes.record.parked) {
        const { why } = notes.record;
        background(
          lease.take().then(() => lease.attend(why ?? 'Its session needs you.')),
          'its account could not be held',
        );
        return;
      }
      launch('the host started');
    },
    hold(why) {
      if (notes.record.wanted && !notes.record.parked && !run) notes.tell({ state: 'lost', ended: true, why });
    },
    close(actor) {
      closing ??= closeIt(actor).finally(() => {
        closing = undefined;
        changed();
      });
      return closing;
    },
    async stop(graceMs) {
      stopped = true;
      clearTimers();
      await closing?.catch(() => undefined);
      const current = run;
      if (current) {
        await shut(current, graceMs);
        notes.tell({ state: 'closed', why: 'the host stopped' });
      }
      await lease.leave();
      await notes.flush();
    },
    lost(error) {
      const current = run;
      if (!current || closing || stopped) return;
      background(replace(current, error.message), 'its session could not be replaced');
    },
  };
}
