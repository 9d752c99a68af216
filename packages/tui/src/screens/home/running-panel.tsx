import { bar, fit, Line, Panel, type Spans, windowTop } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { percent, shortCount } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import { finished, jobTone, leftText, rateText } from '../jobs/job-figures.ts';
import type { HomePanelProps } from './home-state.ts';

const NUMBERS = 31;

export function RunningPanel({ shell, focused, cursor, width, height }: HomePanelProps): ReactNode {
  const jobs = useStore(shell.live.jobs);
  const inside = width - 2;
  const rows = height - 3;
  const name = Math.max(14, Math.min(30, Math.floor(inside * 0.3)));
  const barWidth = Math.max(6, inside - name - NUMBERS - 6);
  const top = windowTop({ cursor, top: 0, height: rows, total: jobs.length });
  const running = jobs.filter((job) => job.state === 'running').length;
  const waiting = jobs.filter((job) => job.state === 'scheduled' || job.state === 'preparing').length;
  return (
    <Panel title="Jobs" aside={`${running} running · ${waiting} waiting`} focused={focused} width={width} height={height}>
      <Line
        width={inside}
        spans={[
          {
            text: `   ${'JOB'.padEnd(name)} ${'PROGRESS'.padEnd(barWidth + 5)} ${'DONE'.padEnd(12)}${'LEFT'.padEnd(7)}RATE`,
            tone: 'faint',
            bold: true,
          },
        ]}
      />
      {jobs.slice(top, top + rows).map((job, index) => {
        const done = finished(job);
        const spans: Spans = [
          { text: focused && top + index === cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
          { text: `${fit(job.title, name)} `, bold: focused && top + index === cursor },
          ...bar(done, job.total, { width: barWidth, tone: jobTone(job) }),
          `${percent(done, job.total).padStart(5)} `,
          fit(`${shortCount(done)}/${shortCount(job.total)}`, 12),
          { text: fit(leftText(job), 7), tone: 'faint' },
          { text: rateText(job), tone: 'faint' },
        ];
        return <Line key={job.id} width={inside} spans={spans} />;
      })}
      {jobs.length === 0 && <Line width={inside} spans={[{ text: '   none yet; x on an account starts one', tone: 'faint' }]} />}
    </Panel>
  );
}
