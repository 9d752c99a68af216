import type { Job } from '@muster/api';
import { bar, type Column, fit, fitColumns, Lines, Panel, type Spans, Table, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { moment, percent, plural, shortCount } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { countOf, finished, jobTone, leftText, rateText } from './job-figures.ts';
import { JobDetail } from './job-detail.tsx';
import { JobErrors, TaskList } from './task-list.tsx';
import type { JobsModel } from './jobs-model.ts';
import { scheduleRows, type SchedulesModel, SchedulesPanel } from './schedules.tsx';

export interface JobsProps extends Area {
  readonly shell: Shell;
  readonly model: JobsModel;
}

const BAR = 20;
const EMPTY = 'none yet: n starts one over all accounts of a provider; or choose accounts (2), then x starts an action with them';
/** Of the jobs above the schedules. */
const LEAST_ROWS = 8;

function jobColumns(now: number): Column<Job>[] {
  return [
    { title: 'JOB', width: 20, grow: true, cell: (job) => job.title },
    { title: 'STATE', width: 9, cell: (job) => ({ text: job.state, tone: jobTone(job) }) },
    { title: 'DONE', width: 11, cell: (job) => `${shortCount(finished(job))}/${shortCount(job.total)}` },
    { title: '%', width: 4, align: 'right', cell: (job) => percent(finished(job), job.total) },
    {
      title: 'FAIL',
      width: 5,
      align: 'right',
      cell: (job) => ({ text: shortCount(countOf(job, 'failed')), tone: countOf(job, 'failed') > 0 ? 'bad' : 'faint' }),
    },
    { title: 'LEFT', width: 7, cell: (job) => ({ text: job.state === 'running' ? leftText(job) : '—', tone: 'faint' }) },
    { title: 'RATE', width: 7, cell: (job) => rateText(job) },
    {
      title: 'PROGRESS',
      width: BAR,
      cell: (job) => ({
        text: bar(finished(job), job.total, { width: BAR })
          .map((span) => (typeof span === 'string' ? span : span.text))
          .join(''),
        tone: jobTone(job),
      }),
    },
    { title: 'SLOTS', width: 5, align: 'right', cell: (job) => String(job.concurrency) },
    { title: 'PROVIDER', width: 10, cell: (job) => ({ text: job.plugin, tone: 'faint' }) },
    {
      title: 'STARTED',
      width: 16,
      cell: (job) => ({ text: job.startedAt === null ? '—' : moment(job.startedAt, now), tone: 'faint' }),
    },
  ];
}

function JobList({ shell, model, width, height }: JobsProps): ReactNode {
  const jobs = useStore(shell.live.jobs);
  const { cursor } = useStore(model.view);
  const minute = useMinute(shell);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- what was today is another day tomorrow
  const columns = useMemo(() => fitColumns(jobColumns(shell.now()), width - 6), [shell, width, minute]);
  const rows = height - 3;
  const top = windowTop({ cursor, top: 0, height: rows, total: jobs.length });
  const of = (state: Job['state']): number => jobs.filter((job) => job.state === state).length;
  return (
    <Panel
      title="Jobs"
      aside={`${of('running')} running · ${of('scheduled') + of('preparing')} waiting · ${of('done')} done`}
      focused
      width={width}
      height={height}
    >
      {jobs.length === 0 ? (
        <Lines width={width - 2} lines={wrap(EMPTY, width - 6).map((text): Spans => [{ text: `  ${text}`, tone: 'faint' }])} />
      ) : (
        <Table
          columns={columns}
          rows={jobs.slice(top, top + rows)}
          top={top}
          cursor={cursor}
          width={width - 2}
          height={rows + 1}
        />
      )}
    </Panel>
  );
}

export interface JobsViewProps extends JobsProps {
  readonly schedules: SchedulesModel;
}

/** Jobs, and below them what comes by the clock, where there is room for both. */
export function JobsView({ schedules, ...props }: JobsViewProps): ReactNode {
  const { shell, width, height } = props;
  const rows = scheduleRows(useStore(schedules.schedules));
  const isOpen = useStore(shell.navigation.history).place.item !== undefined;
  const below = isOpen || height < rows + LEAST_ROWS ? 0 : rows;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <JobsArea {...props} height={height - below} />
      {below > 0 && <SchedulesPanel shell={shell} model={schedules} width={width} height={below} />}
    </Box>
  );
}

function JobsArea(props: JobsProps): ReactNode {
  const { shell, model, width, height } = props;
  const { place } = useStore(shell.navigation.history);
  useStore(shell.live.jobs);
  useStore(model.view);
  const job = model.current();
  if (place.item !== undefined) {
    if (!job) return <Panel title={fit(place.item, 30)} aside="asking …" width={width} height={height} />;
    const summary = Math.min(
      10 + job.errors.length + Object.keys(job.output ?? {}).length + (job.steps?.length ?? -1) + 1,
      Math.max(9, Math.floor(height * 0.55)),
    );
    return (
      <Box flexDirection="column" width={width} height={height}>
        <JobDetail shell={shell} job={job} width={width} height={summary} />
        <TaskList model={model} job={job} width={width} height={height - summary} />
      </Box>
    );
  }
  if (height < 24 || !job) return <JobList {...props} />;
  const list = Math.floor(height * 0.5);
  const half = Math.floor(width / 2);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <JobList {...props} height={list} />
      <Box width={width} height={height - list}>
        <JobDetail shell={shell} job={job} width={half} height={height - list} />
        <JobErrors
          job={job}
          title={countOf(job, 'failed') === 0 ? 'Failures' : `Why ${plural(countOf(job, 'failed'), 'task')} failed`}
          width={width - half}
          height={height - list}
        />
      </Box>
    </Box>
  );
}
