import type { Schedule } from '@muster/api';
import { type Answers, bodyOf } from './fake-call.ts';
import { NOW } from './now.ts';

export interface FakeSchedules {
  schedules: Schedule[];
}

export const fakeSchedule = (change: Partial<Schedule> = {}): Schedule => ({
  id: 's1',
  name: 'nightly check',
  plugin: 'demo',
  action: 'check',
  input: {},
  concurrency: null,
  when: { kind: 'cron', pattern: '30 2 * * *', timeZone: 'Africa/Algiers' },
  whenText: 'daily at 02:30 (Africa/Algiers)',
  missed: 'run',
  paused: false,
  nextAt: NOW + 3_600_000,
  lastAt: null,
  lastJob: null,
  lastProblem: null,
  actor: 'local',
  createdAt: 0,
  ...change,
});

export const SCHEDULE_ANSWERS: Answers<FakeSchedules> = {
  listSchedules: (host) => host.schedules,
  addSchedule: (host, args) => {
    const { name = 'new', ...rest } = bodyOf(args);
    const schedule = fakeSchedule({ ...rest, id: `s${host.schedules.length + 1}`, name });
    host.schedules = [...host.schedules, schedule];
    return schedule;
  },
  editSchedule: (host, args) => {
    host.schedules = host.schedules.map((each) => (each.id === args.params?.['id'] ? { ...each, ...bodyOf(args) } : each));
    return host.schedules.find(({ id }) => id === args.params?.['id']);
  },
};
