import { MusterError, safeText, toMusterError, type JsonObject } from '@muster/sdk';
import { Subject } from 'rxjs';
import type { NewEvent } from '../events/event.ts';
import type { Events } from '../events/events.ts';
import { findAction, parseInput } from '../jobs/find-action.ts';
import type { JobRecord } from '../jobs/job-record.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { jsonValue } from '../jobs/json-value.ts';
import type { Plugins } from '../plugins/plugins.ts';
import { createAlarm } from '../pool/alarm.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { all, eq } from '../query/filter.ts';
import type { ScheduleRecord, Schedules, ScheduleView } from './schedules.ts';
import { checkWhen, nextTime, whenText } from './when.ts';

/** A start that is later than this was missed, not merely late. */
const LATE_MS = 60_000;
const AFTER_TROUBLE_MS = 60_000;
const MAX_NAME = 100;
const MAX_INPUT = 256 * 1_024;

export interface SchedulesDeps {
  readonly store: Store;
  readonly jobs: Pick<Jobs, 'start' | 'get'>;
  readonly plugins: Plugins;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
}

const view = ({ startingAt: _s, ...record }: ScheduleRecord): ScheduleView => ({ ...record, whenText: whenText(record.when) });
const actorOf = (id: string): string => `schedule/${id}`;

export function createSchedules(deps: SchedulesDeps): Schedules {
  const { store, jobs, plugins, events, clock, random } = deps;
  const alarm = createAlarm(clock);
  const changes = new Subject<void>();
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  const say = (event: NewEvent): void => void events.record(event).catch(() => undefined);
  const audit = (type: string, actor: string, { name, plugin }: ScheduleRecord, what: string): Promise<void> =>
    events.record({ level: 'audit', type, actor, plugin, message: `${actor} ${what} the schedule "${name}"` });
  const records = (): Promise<ScheduleRecord[]> => store.list<ScheduleRecord>('schedules');

  async function find(reference: string): Promise<ScheduleRecord> {
    const byId = await store.get<ScheduleRecord>('schedules', reference);
    if (byId) return byId;
    const [only, ...more] = (await records()).filter(({ name }) => name === reference);
    if (more.length > 0)
      throw new MusterError('CONFLICT', `Several schedules are called "${safeText(reference, MAX_NAME)}"; say which by its id.`);
    if (!only) throw new MusterError('NOT_FOUND', `There is no schedule "${safeText(reference, MAX_NAME)}".`);
    return only;
  }

  async function save(record: ScheduleRecord, set: Partial<ScheduleRecord>): Promise<ScheduleRecord> {
    await store.commit([{ update: 'schedules', id: record.id, patch: { set: set as JsonObject } }]);
    changes.next();
    return { ...record, ...set };
  }

  const checkedName = (text: string): string => {
    const name = safeText(text.trim(), MAX_NAME);
    if (name === '') throw new MusterError('BAD_INPUT', 'name: it needs at least one character.');
    return name;
  };

  /** Did the run of that time start before a crash? */
  async function startedAlready({ id, startingAt }: ScheduleRecord): Promise<string | undefined> {
    if (startingAt === null) return undefined;
    const where = all(eq('actor', actorOf(id)), { op: 'gte', field: 'createdAt', value: startingAt });
    const [job] = await store.list<JobRecord>('jobs', { where, sort: { by: 'createdAt', descending: true }, limit: 1 });
    return job?.id;
  }

  const stillRuns = async ({ lastJob }: ScheduleRecord): Promise<boolean> => {
    if (lastJob === null) return false;
    const job = await jobs.get(lastJob).catch(() => undefined);
    return job !== undefined && job.endedAt === null;
  };

  const launch = async (record: ScheduleRecord, actor: string): Promise<string> => {
    const { plugin, action, input, selection, concurrency } = record;
    const job = await jobs.start({
      plugin,
      action,
      input,
      actor,
      ...(selection !== null && { selection }),
      ...(concurrency !== null && { concurrency }),
    });
    return job.id;
  };

  /** One time that has come. What follows is written down before the job starts, so that no crash repeats it. */
  async function fire(record: ScheduleRecord): Promise<void> {
    const now = clock.now();
    const planned = record.nextAt ?? now;
    const about = { plugin: record.plugin, fields: { schedule: record.id } };
    const next = { nextAt: nextTime(record.when, now), lastAt: planned };
    const missed = now - planned > LATE_MS;
    if (missed) {
      const what = record.missed === 'skip' ? 'it is left out' : 'it runs now, once';
      const message = `"${record.name}" was due at ${new Date(planned).toISOString()}, when no host ran: ${what}`;
      say({ level: 'warn', type: 'schedule.missed', message, ...about });
    }
    if (missed && record.missed === 'skip') return void (await save(record, { ...next, lastProblem: 'missed; left out' }));
    if (await stillRuns(record)) {
      say({
        level: 'warn',
        type: 'schedule.skipped',
        message: `"${record.name}" is left out: its last run still goes on`,
        ...about,
      });
      return void (await save(record, { ...next, lastProblem: 'left out: its last run still went on' }));
    }
    await startRun(await save(record, { ...next, startingAt: now }));
  }

  async function startRun(record: ScheduleRecord): Promise<void> {
    try {
      const lastJob = (await startedAlready(record)) ?? (await launch(record, actorOf(record.id)));
      await save(record, { startingAt: null, lastJob, lastProblem: null });
    } catch (error) {
      // The next start of the host goes on with it.
      if (stopped) return;
      const { message } = toMusterError(error);
      await save(record, { startingAt: null, lastProblem: safeText(message, 500) });
      const fields = { schedule: record.id };
      say({
        level: 'error',
        type: 'schedule.failed',
        message: `"${record.name}" did not start: ${message}`,
        plugin: record.plugin,
        fields,
      });
    }
  }

  async function lookNow(): Promise<void> {
    for (;;) {
      if (stopped) return;
      const due = (await records()).filter(({ paused, nextAt }) => !paused && nextAt !== null);
      const first = due.toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0))[0];
      if (!first || (first.nextAt ?? 0) > clock.now()) return alarm.reset(first?.nextAt ?? Infinity);
      await fire(first);
    }
  }

  const look = (): Promise<void> => {
    looking = looking.then(lookNow).catch((error: unknown) => {
      const message = `Schedules stand still for a minute: ${toMusterError(error).message}`;
      say({ level: 'error', type: 'schedule.halted', message });
      alarm.reset(clock.now() + AFTER_TROUBLE_MS);
    });
    return looking;
  };

  return {
    change$: changes.asObservable(),

    async list() {
      const far = Number.MAX_SAFE_INTEGER;
      return (await records()).toSorted((a, b) => (a.nextAt ?? far) - (b.nextAt ?? far)).map(view);
    },

    get: async (reference) => view(await find(reference)),

    async add(schedule, actor) {
      const { plugin, action, when, selection, concurrency = null, missed = 'run' } = schedule;
      const found = findAction(plugins, plugin, action);
      const input = jsonValue(schedule.input ?? {}, { what: 'The input', maxLength: MAX_INPUT }) as JsonObject;
      parseInput(found.action, input, `${plugin}.${action}`);
      if (found.over === 'account' && !selection)
        throw new MusterError('BAD_INPUT', `selection: ${plugin}.${action} works on accounts; choose some.`);
      if (found.over === 'plugin' && selection)
        throw new MusterError('BAD_INPUT', `selection: ${plugin}.${action} takes no accounts.`);
      const now = clock.now();
      checkWhen(when, now);
      const record: ScheduleRecord = {
        id: random.id(),
        name: checkedName(schedule.name ?? `${plugin}.${action}`),
        plugin,
        action,
        input,
        selection: selection ? { ...selection } : null,
        concurrency,
        when,
        missed,
        paused: false,
        nextAt: nextTime(when, now),
        startingAt: null,
        lastAt: null,
        lastJob: null,
        lastProblem: null,
        actor,
        createdAt: now,
      };
      await store.commit([{ insert: 'schedules', document: record }]);
      changes.next();
      await audit('schedule.added', actor, record, 'added');
      await look();
      return view(record);
    },

    async edit(reference, { name, when, missed, paused }, actor) {
      const before = await find(reference);
      const now = clock.now();
      if (when) checkWhen(when, now);
      const rests = paused ?? before.paused;
      // A time that passed while it was paused is not made up for.
      const anew = when !== undefined || (paused === false && before.paused);
      const nextAt = rests ? null : anew ? nextTime(when ?? before.when, now) : before.nextAt;
      const after = await save(before, {
        ...(name !== undefined && { name: checkedName(name) }),
        ...(when && { when }),
        ...(missed && { missed }),
        paused: rests,
        nextAt,
      });
      const what = paused === undefined ? 'changed' : paused ? 'paused' : 'resumed';
      await audit(`schedule.${what}`, actor, after, what);
      await look();
      return view(after);
    },

    async remove(reference, actor) {
      const record = await find(reference);
      await store.commit([{ delete: 'schedules', id: record.id }]);
      changes.next();
      await audit('schedule.removed', actor, record, 'removed');
      await look();
    },

    async run(reference, actor) {
      const record = await find(reference);
      const id = await launch(record, actor);
      await save(record, { lastJob: id, lastAt: clock.now(), lastProblem: null });
      return id;
    },

    async start() {
      for (const record of await records()) if (record.startingAt !== null) await startRun(record);
      alarm.start(() => void look());
      await look();
    },

    async stop() {
      stopped = true;
      alarm.stop();
      await looking;
      changes.complete();
    },
  };
}
