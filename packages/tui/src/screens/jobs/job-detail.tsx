import type { Job } from '@muster/api';
import { bar, fit, Panel, type Spans, textWidth, type Tone, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { grouped, moment, percent, preciseSpan, span } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { inputFlags } from '../accounts/action-menu.ts';
import { countOf, finished, jobTone, leftText, rateText } from './job-figures.ts';

const part = (sign: string, count: number, word: string, tone: Tone): Spans =>
  count === 0 ? [] : [{ text: ` ${sign} ${grouped(count)} ${word} `, tone }];

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Beside the bar of a step: its count and its median. */
const STEP_FIGURES = 27;

/** How far the tasks are, step by step, and how long each takes in the middle. */
function stepLines({ steps = [], total }: Job, inside: number): Spans[] {
  if (steps.length === 0) return [];
  const name = Math.min(Math.floor(inside * 0.4), Math.max(...steps.map((step) => textWidth(step.name))));
  const width = Math.max(4, Math.min(24, inside - name - STEP_FIGURES));
  return [
    [{ text: ' Steps', bold: true }],
    ...steps.map((step): Spans => [
      ` ${fit(step.name, name)} `,
      ...bar(step.count, Math.max(step.count, total), { width }),
      `  ${grouped(step.count).padStart(6)}`,
      { text: '  median ', tone: 'faint' },
      preciseSpan(step.medianMs),
    ]),
  ];
}

function lines(job: Job, { now, inside, asks }: { now: number; inside: number; asks: number }): Spans[] {
  const done = finished(job);
  const count = `${grouped(done)} of ${grouped(job.total)}`;
  const room = Math.max(8, inside - count.length - 12);
  const took = job.startedAt === null ? '' : span((job.endedAt ?? now) - job.startedAt);
  return [
    [' ', ...bar(done, job.total, { width: room, tone: jobTone(job) }), `  ${percent(done, job.total).padStart(4)}   ${count}`],
    [],
    [
      ...part('●', countOf(job, 'done'), 'done', 'good'),
      ...part('◆', Math.max(0, countOf(job, 'running') - asks), 'now', 'busy'),
      ...part('?', asks, asks === 1 ? 'waits for you' : 'wait for you', 'ask'),
      ...part('○', countOf(job, 'waiting'), 'wait', 'warn'),
      ...part('×', countOf(job, 'failed'), 'failed', 'bad'),
      ...part('?', countOf(job, 'uncertain'), 'uncertain', 'warn'),
      ...part('-', countOf(job, 'cancelled'), 'cancelled', 'faint'),
      ...part('·', countOf(job, 'queued'), 'not started', 'faint'),
    ],
    [],
    [
      { text: ' pace   ', tone: 'faint' },
      rateText(job),
      { text: '   left ', tone: 'faint' },
      job.state === 'running' ? leftText(job) : '—',
      { text: '   slots ', tone: 'faint' },
      String(job.concurrency),
      { text: `   ${took}`, tone: 'faint' },
    ],
    ...(Object.keys(job.input).length === 0 ? [] : [[{ text: ' input  ', tone: 'faint' as const }, inputFlags(job.input)]]),
    ...Object.entries(job.output ?? {}).map(([name, value]): Spans => [{ text: ` ${name}  `, tone: 'faint' }, shown(value)]),
    [{ text: ' same in a script:  ', tone: 'faint' }, `muster run ${job.plugin}.${job.action} … ${inputFlags(job.input)}`],
    ...job.errors.map(({ code, count: times, example }): Spans => [
      { text: ` ${times}× ${code}  `, tone: 'bad' },
      { text: example, tone: 'faint' },
    ]),
    ...stepLines(job, inside),
  ];
}

/** One job: how far, how quick, what for. */
export function JobDetail({ shell, job, width, height }: Area & { shell: Shell; job: Job }): ReactNode {
  const asks = useStore(shell.live.prompts).filter((prompt) => prompt.job === job.id).length;
  const started = job.startedAt === null ? job.state : moment(job.startedAt, shell.now());
  return (
    <Panel title={job.title} aside={`${job.state} · by ${job.actor} · ${started}`} width={width} height={height}>
      <Lines lines={lines(job, { now: shell.now(), inside: width - 2, asks }).slice(0, height - 2)} width={width - 2} />
    </Panel>
  );
}
