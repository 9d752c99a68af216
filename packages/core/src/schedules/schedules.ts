import type { JsonObject } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { AccountSelection } from '../accounts/accounts.ts';
import type { CollectionDefinition } from '../ports/store.ts';
import type { When } from './when.ts';

/** A run of an action that comes by itself. Times are milliseconds since the epoch. */
export interface ScheduleRecord {
  readonly id: string;
  readonly name: string;
  readonly plugin: string;
  readonly action: string;
  readonly input: JsonObject;
  /** Of an action over accounts; which they are is asked at each run. */
  readonly selection: AccountSelection | null;
  readonly concurrency: number | null;
  readonly when: When;
  /** What becomes of a time at which no host ran: made up for once, or left out. */
  readonly missed: 'run' | 'skip';
  readonly paused: boolean;
  /** Null: never again, or paused. */
  readonly nextAt: number | null;
  /** The time whose run is being started; told apart by it after a crash. */
  readonly startingAt: number | null;
  readonly lastAt: number | null;
  readonly lastJob: string | null;
  /** Why the last one did not start. */
  readonly lastProblem: string | null;
  readonly actor: string;
  readonly createdAt: number;
}

export interface ScheduleView extends Omit<ScheduleRecord, 'startingAt'> {
  /** As in `daily at 02:30 (Africa/Algiers)`. */
  readonly whenText: string;
}

export interface NewSchedule {
  readonly name?: string | undefined;
  readonly plugin: string;
  readonly action: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly selection?: AccountSelection | undefined;
  readonly concurrency?: number | undefined;
  readonly when: When;
  readonly missed?: 'run' | 'skip' | undefined;
}

export interface ScheduleEdit {
  readonly name?: string | undefined;
  readonly when?: When | undefined;
  readonly missed?: 'run' | 'skip' | undefined;
  readonly paused?: boolean | undefined;
}

/** Runs that come by themselves: at a time, every so often, or as cron says. One whose last run still goes on leaves a time out, and says so. */
export interface Schedules {
  readonly change$: Observable<void>;
  /** The next one first. */
  list(): Promise<ScheduleView[]>;
  /** By id or name. NOT_FOUND, CONFLICT. */
  get(reference: string): Promise<ScheduleView>;
  /** BAD_INPUT for an action, an input or a time that cannot be. */
  add(schedule: NewSchedule, actor: string): Promise<ScheduleView>;
  edit(reference: string, edit: ScheduleEdit, actor: string): Promise<ScheduleView>;
  remove(reference: string, actor: string): Promise<void>;
  /** Now, beside its times. Gives the job's id. */
  run(reference: string, actor: string): Promise<string>;
  /** What was missed is told, then made up for or left out. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const SCHEDULES: CollectionDefinition = { name: 'schedules', indexes: { next: { partition: [], order: ['nextAt'] } } };
