import { z } from 'zod';
import type { RouteDefinition } from './route-definition.ts';
import { Selection } from './schemas.ts';

/** Milliseconds since the epoch. */
const Time = z.int();
const Id = z.object({ id: z.string().min(1).max(200) });

export const When = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), at: Time }),
  z.object({ kind: z.literal('every'), everyMs: z.int(), from: Time.describe('The first time; the others are in step with it') }),
  z.object({
    kind: z.literal('cron'),
    pattern: z.string().max(200).describe('Five fields: minute, hour, day of month, month, day of week'),
    timeZone: z.string().max(60).describe('As in Africa/Algiers'),
  }),
]);
const Missed = z.enum(['run', 'skip']).describe('A time at which no host ran: made up for once, or left out');

export const Schedule = z.object({
  id: z.string(),
  name: z.string(),
  plugin: z.string(),
  action: z.string(),
  input: z.record(z.string(), z.unknown()),
  concurrency: z.int().nullable(),
  when: When,
  whenText: z.string(),
  missed: Missed,
  paused: z.boolean(),
  nextAt: Time.nullable(),
  lastAt: Time.nullable(),
  lastJob: z.string().nullable(),
  lastProblem: z.string().nullable(),
  actor: z.string(),
  createdAt: Time,
});

export const SCHEDULE_ROUTES = {
  listSchedules: { summary: 'Runs that come by themselves, the next first', scope: 'read', response: z.array(Schedule) },
  addSchedule: {
    summary: 'Run an action at a time, every so often, or as cron says',
    scope: 'operate',
    body: z.object({
      name: z.string().max(200).optional(),
      plugin: z.string(),
      action: z.string(),
      input: z.record(z.string(), z.unknown()).default({}),
      selection: Selection.optional(),
      concurrency: z.int().min(1).max(1_000).optional(),
      when: When,
      missed: Missed.optional(),
    }),
    response: Schedule,
  },
  getSchedule: { summary: 'One schedule, by id or name', scope: 'read', params: Id, response: Schedule },
  editSchedule: {
    summary: 'Change a schedule; pause it, or let it go on',
    scope: 'operate',
    params: Id,
    body: z.object({
      name: z.string().max(200).optional(),
      when: When.optional(),
      missed: Missed.optional(),
      paused: z.boolean().optional(),
    }),
    response: Schedule,
  },
  removeSchedule: { summary: 'Remove a schedule', scope: 'operate', params: Id, response: z.object({ ok: z.literal(true) }) },
  runSchedule: {
    summary: 'Run it now, beside its times',
    scope: 'operate',
    params: Id,
    response: z.object({ job: z.string() }),
  },
} as const satisfies Record<string, RouteDefinition>;
