import type { MusterEvent } from '@muster/api';
import { caretSpans, Line, Log, Panel, type Spans, windowTop, Lines } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { eventSpans } from '../../parts/event-spans.ts';
import { grouped, timeOfDay } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { LogsModel } from './logs-model.ts';

const DETAIL_ROWS = 11;

function detailLines(event: MusterEvent): Spans[] {
  const fact = (name: string, value: string | undefined): Spans[] =>
    value === undefined ? [] : [[{ text: ` ${name.padEnd(10)}`, tone: 'faint' }, value]];
  return [
    [` ${event.message}`],
    [],
    ...fact('account', event.account),
    ...fact('job', event.job),
    ...fact('by', event.actor),
    ...Object.entries(event.fields ?? {}).flatMap(([name, value]) =>
      fact(name, typeof value === 'string' ? value : JSON.stringify(value)),
    ),
  ];
}

export function LogsView({ shell, model, width, height }: Area & { shell: Shell; model: LogsModel }): ReactNode {
  useStore(shell.live.events);
  const { level, search, editing, frozenAt, cursor } = useStore(model.view);
  const lines = model.lines();
  const event = model.current();
  const detail = height >= 24 ? DETAIL_ROWS : 0;
  const searching = editing !== null || search !== '';
  const rows = height - 2 - detail - (searching ? 1 : 0);
  const top = windowTop({ cursor, top: 0, height: rows, total: lines.length });
  const shown = lines.slice(top, top + rows).map((line) => ({ id: line.seq, spans: eventSpans(line) }));
  const mode = frozenAt === null ? 'following' : 'frozen';
  const searchSpans: Spans = [
    { text: ' / ', tone: 'accent', bold: true },
    ...(editing === null ? [search] : caretSpans(editing, { focused: true })),
    { text: `   ${grouped(lines.length)} of ${grouped(shell.live.events.get().length)} lines`, tone: 'faint' },
  ];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Panel
        title="Logs"
        aside={`level ${level} · ${mode}`}
        footer={`${grouped(lines.length)} lines in memory`}
        focused
        width={width}
        height={height - detail}
      >
        {searching && <Line width={width - 2} spans={searchSpans} />}
        <Log lines={shown} {...(event === undefined ? {} : { cursor: event.seq })} width={width - 2} height={rows} />
      </Panel>
      {detail > 0 && (
        <Panel
          title={event === undefined ? '—' : `${event.type} ${timeOfDay(event.at, 'milliseconds')}`}
          aside="y copies it as JSON"
          width={width}
          height={detail}
        >
          <Lines lines={(event === undefined ? [] : detailLines(event)).slice(0, detail - 2)} width={width - 2} />
        </Panel>
      )}
    </Box>
  );
}
