import type { Schedule } from '@muster/api';
import { cutMiddle, fit, Lines, Panel, type Spans } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { editClock } from './clock-form.ts';
import { openNewJob } from './new-job.ts';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import { moment, shortSpan } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import { isHostGone } from '../../state/message-of.ts';
import type { Area } from '../../state/overlays.ts';
import { createStore, type Store } from '../../state/store.ts';

const MOST_SHOWN = 5;

export interface SchedulesModel {
  /** The next one first. */
  readonly schedules: Store<readonly Schedule[]>;
  readonly refresh: () => void;
  readonly close: () => void;
}

/** Runs that come by themselves, while the jobs are shown. */
export function createSchedulesModel({ client, live, navigation, notices }: Shell): SchedulesModel {
  const schedules = createStore<readonly Schedule[]>([]);
  let asking: AbortController | undefined;
  const refresh = (): void => {
    if (navigation.place().screen !== 'jobs') return;
    asking?.abort();
    const { signal } = (asking = new AbortController());
    client
      .call('listSchedules', {}, signal)
      .then((list) => (signal.aborted ? undefined : schedules.set(list)))
      .catch((thrown: unknown) => {
        if (!signal.aborted && !isHostGone(thrown)) notices.problem(thrown);
      });
  };
  const stop = live.listVersions.subscribe(refresh);
  return {
    schedules,
    refresh,
    close() {
      stop();
      asking?.abort();
    },
  };
}

const nextText = ({ paused, nextAt }: Schedule, now: number): string => {
  if (paused) return 'paused';
  return nextAt === null ? 'never again' : `${moment(nextAt, now)} (in ${shortSpan(Math.max(0, nextAt - now))})`;
};

/** Rows that the panel wants; none without schedules. */
export const scheduleRows = (schedules: readonly Schedule[]): number =>
  schedules.length === 0 ? 0 : Math.min(MOST_SHOWN, schedules.length) + 2;

export function SchedulesPanel({ shell, model, width, height }: Area & { shell: Shell; model: SchedulesModel }): ReactNode {
  const schedules = useStore(model.schedules);
  useMinute(shell);
  const now = shell.now();
  const name = Math.max(10, Math.min(30, width - 75));
  const lines = schedules
    .slice(0, MOST_SHOWN)
    .map((schedule): Spans => [
      `  ${fit(cutMiddle(schedule.name, name - 1), name)}`,
      { text: fit(schedule.whenText, 34), tone: 'faint' },
      { text: fit(nextText(schedule, now), 28), tone: schedule.paused ? 'faint' : 'accent' },
      { text: schedule.lastProblem ?? '', tone: 'warn' },
    ]);
  const more = schedules.length > MOST_SHOWN ? ` · ${schedules.length} in all` : '';
  return (
    <Panel title="By the clock" aside={`s changes them${more}`} width={width} height={height}>
      <Lines lines={lines} width={width - 2} />
    </Panel>
  );
}

function openOne(shell: Shell, schedule: Schedule): void {
  const { id, name, paused, whenText } = schedule;
  const params = { id };
  const done = (work: Promise<unknown>, text: string): void =>
    shell.attempt(work.then(() => shell.notices.say(`${name}: ${text}`, 'good')));
  openMenu(shell, {
    title: `${name} · ${whenText}`,
    crumb: 'schedule',
    entries: [
      {
        title: paused ? 'go on' : 'pause: its times go by',
        hint: 'p',
        run: () =>
          done(
            shell.client.call('editSchedule', { params, body: { paused: !paused } }),
            paused ? 'goes on; what passed is not made up for' : 'paused',
          ),
      },
      { title: 'change when it runs', hint: 'e', run: () => editClock(shell, schedule) },
      {
        title: 'run it now, beside its times',
        hint: 'r',
        run: () => done(shell.client.call('runSchedule', { params }), 'started'),
      },
      {
        title: 'remove',
        hint: 'D',
        run: () =>
          openConfirm(shell, {
            title: `Remove ${name}?`,
            crumb: 'remove',
            text: 'Its jobs stay in the list; it starts no more of them.',
            answers: [
              { key: 'y', does: 'remove it', run: () => done(shell.client.call('removeSchedule', { params }), 'removed') },
            ],
            tone: 'warn',
          }),
      },
    ],
  });
}

/** All of them, and a new one; one that is chosen can be changed, paused, run and removed. */
export function openSchedules(shell: Shell, model: SchedulesModel): void {
  const schedules = model.schedules.get();
  if (schedules.length === 0) return openNewJob(shell, { byClock: true });
  openMenu(shell, {
    title: 'By the clock',
    crumb: 'schedules',
    entries: [
      ...schedules.map((schedule) => ({
        title: schedule.name,
        aside: `${schedule.whenText} · ${nextText(schedule, shell.now())}`,
        group: 'Planned',
        run: () => openOne(shell, schedule),
      })),
      { title: 'new …', hint: 'n', group: 'Another', run: () => openNewJob(shell, { byClock: true }) },
    ],
  });
}
