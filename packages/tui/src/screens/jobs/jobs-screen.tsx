import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openConfirm } from '../../overlays/confirm.tsx';
import type { Shell } from '../../shell.ts';
import type { Screen } from '../screen.ts';
import { plural } from '../../parts/format.ts';
import { sayJob, sayTask } from '../../spoken/describe.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { countOf } from './job-figures.ts';
import { openEvidence } from './evidence-dialog.ts';
import { createJobsModel, type JobsModel } from './jobs-model.ts';
import { JobsView } from './jobs-view.tsx';
import { openNewJob } from './new-job.ts';
import { createSchedulesModel, openSchedules } from './schedules.tsx';

function jobsCommands(shell: Shell, model: JobsModel): Command[] {
  const id = (): string => model.current()?.id ?? '<id>';
  const hasOne = (): boolean => model.current() !== undefined;
  const ended = (): string | undefined => {
    const state = model.current()?.state;
    if (state === undefined) return 'There is no job here.';
    return state === 'done' || state === 'cancelled' ? `It is ${state} already.` : undefined;
  };
  const failedNone = (): string | undefined => {
    const job = model.current();
    return job && countOf(job, 'failed') > 0 ? undefined : 'Nothing of it failed.';
  };
  const isPaused = (): boolean => model.current()?.state === 'paused';
  const cancel = (): void => {
    const job = model.current();
    if (!job) return;
    openConfirm(shell, {
      title: `Cancel ${job.title}?`,
      crumb: 'cancel',
      text: 'What runs is stopped, its accounts go back, and what has not started is marked cancelled. What was done stands.',
      answers: [{ key: 'y', does: 'cancel the job', run: () => model.control('cancelJob') }],
      tone: 'warn',
    });
  };
  const retry = (): void => {
    const job = model.current();
    if (!job) return;
    openConfirm(shell, {
      title: `Retry ${job.title}?`,
      crumb: 'retry',
      text: `A new job takes the ${plural(countOf(job, 'failed'), 'task')} that failed once more, with the same input. What succeeded is left alone.`,
      answers: [{ key: 'y', does: 'run it again', run: model.retry }],
    });
  };
  return [
    ...listCommands('jobs', {
      move: model.move,
      moveTo: model.moveTo,
      pageRows: () => (model.isOpen() ? model.tasks.view.get().height - 1 : 10),
    }),
    {
      id: 'jobs.open',
      keys: ['enter', 'right'],
      title: 'open: its tasks, live',
      short: 'open',
      group: 'Move',
      when: () => !model.isOpen() && hasOne(),
      headless: () => `muster jobs show ${id()}`,
      run() {
        const job = model.current();
        if (job) shell.navigation.go({ screen: 'jobs', item: job.id });
      },
    },
    {
      id: 'jobs.account',
      keys: ['enter', 'right'],
      title: 'open the account of the task',
      short: 'account',
      group: 'Move',
      when: () => model.isOpen(),
      run() {
        const account = model.tasks.current()?.account;
        if (account) shell.showAccount(account);
      },
    },
    {
      id: 'jobs.pause',
      keys: ['p'],
      title: 'pause: takes no new task',
      short: 'pause',
      group: 'Act',
      when: () => hasOne() && !isPaused(),
      disabledReason: ended,
      headless: () => `muster jobs pause ${id()}`,
      run: () => model.control('pauseJob'),
    },
    {
      id: 'jobs.resume',
      keys: ['p'],
      title: 'go on',
      short: 'go on',
      group: 'Act',
      when: isPaused,
      headless: () => `muster jobs resume ${id()}`,
      run: () => model.control('resumeJob'),
    },
    {
      id: 'jobs.cancel',
      keys: ['X'],
      title: 'cancel',
      short: 'cancel',
      group: 'Act',
      when: hasOne,
      dangerous: true,
      disabledReason: ended,
      headless: () => `muster jobs cancel ${id()}`,
      run: cancel,
    },
    {
      id: 'jobs.retry',
      keys: ['r'],
      title: 'retry what failed, as a new job: asks first',
      short: 'retry failed',
      group: 'Act',
      when: hasOne,
      disabledReason: failedNone,
      headless: () => `muster jobs retry ${id()} --failed`,
      run: retry,
    },
    {
      id: 'jobs.more',
      keys: ['+', '='],
      title: 'one task more at once',
      short: 'more',
      group: 'Act',
      when: hasOne,
      disabledReason: ended,
      run: () => model.changeConcurrency(1),
    },
    {
      id: 'jobs.fewer',
      keys: ['-'],
      title: 'one task fewer at once',
      short: 'fewer',
      group: 'Act',
      when: hasOne,
      disabledReason: ended,
      run: () => model.changeConcurrency(-1),
    },
    {
      id: 'jobs.tasks',
      keys: ['f'],
      title: 'tasks: all, failed, running, waiting, uncertain',
      group: 'Find',
      when: () => model.isOpen(),
      run: model.cycleFilter,
    },
    {
      id: 'jobs.evidence',
      keys: ['e'],
      title: 'what the task kept to be seen: pictures, pages',
      short: 'evidence',
      group: 'See',
      when: () => model.isOpen(),
      disabledReason: () => ((model.tasks.current()?.evidence.length ?? 0) > 0 ? undefined : 'The task kept nothing.'),
      headless: () => `muster evidence ${id()}`,
      run() {
        const task = model.tasks.current();
        if (task) openEvidence(shell, task);
      },
    },
    {
      id: 'jobs.copy-command',
      keys: ['Y'],
      title: 'copy as a command',
      group: 'See',
      when: hasOne,
      run() {
        const command = `muster jobs watch ${id()}`;
        if (shell.copy(command)) shell.notices.say(`copied: ${command}`, 'good');
      },
    },
  ];
}

export function createJobsScreen(shell: Shell): Screen {
  const model = createJobsModel(shell);
  const schedules = createSchedulesModel(shell);
  const newCommand: Command = {
    id: 'jobs.new',
    keys: ['n'],
    title: 'new: an action now or by the clock',
    short: 'new',
    group: 'Act',
    when: () => !model.isOpen(),
    headless: () => 'muster run <plugin.action> --all',
    run: () => openNewJob(shell),
  };
  const clockCommand: Command = {
    id: 'jobs.schedules',
    keys: ['s'],
    title: 'runs by the clock: new, change, pause, run, remove',
    short: 'schedules',
    group: 'See',
    when: () => !model.isOpen(),
    headless: () => 'muster schedules list',
    run: () => openSchedules(shell, schedules),
  };
  return {
    id: 'jobs',
    commands: [newCommand, ...jobsCommands(shell, model), clockCommand],
    stores: [model.view, schedules.schedules, shell.live.jobs, shell.navigation.history],
    crumbs: () => (model.isOpen() ? ['jobs', model.current()?.title ?? '…'] : ['jobs']),
    status: () => [{ text: ' a job goes on when you leave this screen', tone: 'faint' }],
    back: () => {
      if (!model.isOpen()) return false;
      shell.navigation.go({ screen: 'jobs' });
      return true;
    },
    spoken() {
      if (!model.isOpen()) {
        const job = model.current();
        const total = shell.live.jobs.get().length;
        return { place: `Jobs. ${plural(total, 'job')}.`, item: job && itemOf(sayJob(job), model.view.get().cursor, total) };
      }
      const job = model.current();
      const task = model.tasks.current();
      const { cursor, total } = model.tasks.view.get();
      return {
        place: `Job ${job?.title ?? ''}. Tasks, ${model.view.get().taskFilter}.`,
        item: task && itemOf(sayTask(task), cursor, total),
      };
    },
    enter: schedules.refresh,
    view: (area) => <JobsView shell={shell} model={model} schedules={schedules} {...area} />,
    close() {
      model.close();
      schedules.close();
    },
  };
}
