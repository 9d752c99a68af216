import type { MusterEvent } from '@muster/api';
import { caretSpans, Line, Log, type LogLine, Panel, type Spans, windowTop, wrap, Lines } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { eventSpans } from '../../parts/event-spans.ts';
import { grouped, shortMoment } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { LogsModel } from './logs-model.ts';

const DETAIL_ROWS = 11;
/** Columns of time, level and plugin before a message. */
const LEAD = 32;

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

/** Lines that go on below, the one under the pointer in view. Only its first row carries its number. */
function wrappedLines(
  lines: readonly MusterEvent[],
  { cursor, rows, width, now }: { cursor: number; rows: number; width: number; now: number },
): LogLine[] {
  const rowsOf = (event: MusterEvent): LogLine[] => {
    const [first, ...more] = wrap(event.message, Math.max(20, width - LEAD));
    return [
      { id: event.seq, spans: [...eventSpans(event, now).slice(0, -1), first ?? ''] },
      ...more.map((text, index): LogLine => ({ id: -(event.seq * 1_000 + index), spans: [' '.repeat(LEAD), text] })),
    ];
  };
  const before: LogLine[] = [];
  for (let at = cursor - 1; at >= 0 && before.length < rows / 2; at--) before.unshift(...rowsOf(lines[at] as MusterEvent));
  const shown = before.slice(-Math.floor(rows / 2));
  for (let at = cursor; at < lines.length && shown.length < rows; at++) shown.push(...rowsOf(lines[at] as MusterEvent));
  return shown;
}

export function LogsView({ shell, model, width, height }: Area & { shell: Shell; model: LogsModel }): ReactNode {
  useStore(shell.live.events);
  useMinute(shell);
  const now = shell.now();
  const { level, search, editing, frozenAt, cursor, wrap: wraps } = useStore(model.view);
  const lines = model.lines();
  const event = model.current();
  const detail = height >= 24 ? DETAIL_ROWS : 0;
  const searching = editing !== null || search !== '';
  const rows = height - 2 - detail - (searching ? 1 : 0);
  const top = windowTop({ cursor, top: 0, height: rows, total: lines.length });
  const shown = wraps
    ? wrappedLines(lines, { cursor, rows, width: width - 4, now })
    : lines.slice(top, top + rows).map((line) => ({ id: line.seq, spans: eventSpans(line, now) }));
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
          title={event === undefined ? '—' : `${event.type} ${shortMoment(event.at, now, 'milliseconds')}`}
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
