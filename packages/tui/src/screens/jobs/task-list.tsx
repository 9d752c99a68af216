import type { Job, Task } from '@muster/api';
import { bar, type Column, fitColumns, Panel, type Span, type Spans, Table, type Tone, wrap, Lines } from '@muster/sdk/ui';
import { type ReactNode, useEffect, useMemo } from 'react';
import { grouped, span } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Area } from '../../state/overlays.ts';
import type { JobsModel } from './jobs-model.ts';

const LOOKS: Record<Task['state'], { sign: string; tone: Tone }> = {
  queued: { sign: '·', tone: 'faint' },
  running: { sign: '◆', tone: 'busy' },
  waiting: { sign: '○', tone: 'warn' },
  done: { sign: '●', tone: 'good' },
  failed: { sign: '×', tone: 'bad' },
  cancelled: { sign: '-', tone: 'faint' },
  uncertain: { sign: '?', tone: 'warn' },
};
const BAR = 12;

type Running = Job['running'][number];
interface Row {
  readonly task: Task;
  readonly running: Running | undefined;
}

const text = (spans: Spans): string => spans.map((one) => (typeof one === 'string' ? one : one.text)).join('');

function progress({ task, running }: Row): Span | string {
  if (!running)
    return { text: task.startedAt !== null && task.endedAt !== null ? span(task.endedAt - task.startedAt) : '', tone: 'faint' };
  if (running.total <= 0) return { text: span(running.sinceMs), tone: 'busy' };
  return { text: `${text(bar(running.done, running.total, { width: BAR }))} ${running.done}/${running.total}`, tone: 'busy' };
}

/** Names get what is spare: those that begin alike must not look the same. */
const columnsOf = (width: number): Column<Row>[] => [
  {
    title: 'ACCOUNT',
    width: Math.max(22, Math.min(44, width - 75)),
    cut: 'middle',
    cell: ({ task }) => task.label,
  },
  {
    title: 'STATE',
    width: 11,
    cell: ({ task }) => ({ text: `${LOOKS[task.state].sign} ${task.state}`, tone: LOOKS[task.state].tone }),
  },
  { title: 'TRY', width: 3, align: 'right', cell: ({ task }) => String(task.attempt) },
  { title: 'PROGRESS', width: BAR + 8, cell: progress },
  {
    title: '',
    width: 8,
    grow: true,
    cell: ({ task, running }) => ({
      text: running?.note ?? (task.error ? `${task.error.code}: ${task.error.message}` : ''),
      tone: task.error ? 'bad' : 'faint',
    }),
  },
];

/** The tasks of a job: those that run come with what they say of themselves. */
export function TaskList({ job, model, width, height }: Area & { job: Job; model: JobsModel }): ReactNode {
  const columns = useMemo(() => fitColumns(columnsOf(width), width - 6), [width]);
  const { taskFilter } = useStore(model.view);
  const { top, total, cursor } = useStore(model.tasks.view);
  const rows = Math.max(1, height - 3);
  useEffect(() => model.tasks.setHeight(rows), [model, rows]);
  const byTask = new Map(job.running.map((running) => [running.task, running]));
  const shown = Array.from({ length: Math.min(rows, Math.max(0, total - top)) }, (_, at): Row | undefined => {
    const task = model.tasks.row(top + at);
    return task && { task, running: byTask.get(task.id) };
  });
  const found = total < 0 ? 'asking …' : `${grouped(Math.min(cursor + 1, total))} of ${grouped(total)}`;
  return (
    <Panel title={`Tasks · ${taskFilter}`} aside={found} focused width={width} height={height}>
      <Table columns={columns} rows={shown} top={top} cursor={cursor} width={width - 2} height={rows + 1} />
    </Panel>
  );
}

/** Failures by cause, most first. */
export function JobErrors({ job, title, width, height }: Area & { job: Job; title: string }): ReactNode {
  const inside = width - 2;
  const lines: Spans[] = job.errors.flatMap(({ code, count, example }) => [
    [{ text: ` ${grouped(count)}× ${code}`, tone: 'bad' as const, bold: true }],
    ...wrap(example, inside - 6).map((line): Spans => [{ text: `     ${line}`, tone: 'faint' }]),
    [],
  ]);
  const nothing: Spans[] = [[{ text: ' nothing failed', tone: 'faint' }]];
  const help: Spans = [{ text: ' r retries them as a new job', tone: 'faint' }];
  const shown = (lines.length === 0 ? nothing : [...lines.slice(0, height - 3), help]).slice(0, height - 2);
  return (
    <Panel title={title} aside="grouped" width={width} height={height}>
      <Lines lines={shown} width={inside} />
    </Panel>
  );
}
