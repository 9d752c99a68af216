import type { Schedule } from '@muster/api';
import type { ScheduleView } from '@muster/core';
import type { HostCore } from '../host-core.ts';
import type { DeepReadonly, Handlers } from './handler.ts';
import { selectionOf } from './selection.ts';

type ScheduleOperations = 'listSchedules' | 'addSchedule' | 'getSchedule' | 'editSchedule' | 'removeSchedule' | 'runSchedule';

const scheduleInfo = ({ selection: _s, ...shown }: ScheduleView): DeepReadonly<Schedule> => shown;

export const scheduleHandlers = ({ schedules, plugins }: HostCore): Pick<Handlers, ScheduleOperations> => ({
  listSchedules: async () => (await schedules.list()).map(scheduleInfo),
  async addSchedule({ body: { selection, ...schedule }, caller }) {
    const { plugin, action } = schedule;
    const overAccounts = Object.hasOwn(plugins.get(plugin).actions, action);
    // An action over the plugin as a whole takes none; the core says so when one is given.
    const chosen = overAccounts || selection ? { selection: selectionOf(selection, { plugin }) } : {};
    return scheduleInfo(await schedules.add({ ...schedule, ...chosen }, caller.actor));
  },
  getSchedule: async ({ params }) => scheduleInfo(await schedules.get(params.id)),
  editSchedule: async ({ params, body, caller }) => scheduleInfo(await schedules.edit(params.id, body, caller.actor)),
  async removeSchedule({ params, caller }) {
    await schedules.remove(params.id, caller.actor);
    return { ok: true };
  },
  runSchedule: async ({ params, caller }) => ({ job: await schedules.run(params.id, caller.actor) }),
});
