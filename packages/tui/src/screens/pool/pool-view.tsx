import { Line, Lines, Panel, type Spans, windowTop } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { grouped } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { PoolModel } from './pool-model.ts';
import { circleLines, holderLines, nextLine, stockLines } from './pool-lines.ts';

const WIDE = 100;
const CIRCLE = 11;

export function PoolView({ shell, model, width, height }: Area & { shell: Shell; model: PoolModel }): ReactNode {
  const { stats, next, cursor, forecast, wanted, problem } = useStore(model.view);
  useStore(shell.live.plugins);
  useMinute(shell);
  const now = shell.now();
  const plugin = model.plugin();
  const wide = width >= WIDE;
  const left = wide ? Math.floor(width * 0.6) : width;
  const right = width - left;
  // A narrow terminal has the circle and its head, a low one the head only.
  const upper = height >= CIRCLE + 6 ? CIRCLE + (wide ? Math.floor(Math.max(0, height - 30) / 3) : 0) : 0;
  const lower = height - upper;
  const rank = plugin?.rank ?? 'rank';
  const word: Spans[] = [[{ text: problem === '' ? ' …' : ` ${problem}`, tone: problem === '' ? 'faint' : 'bad' }]];
  const total = stats ? Object.values(stats.states).reduce((sum, count) => sum + count, 0) : 0;
  const rows = lower - 2;
  const top = windowTop({ cursor, top: 0, height: rows, total: next.length });
  const panel = (title: string, size: Area, lines: readonly Spans[], aside = ''): ReactNode => (
    <Panel title={title} aside={aside} width={size.width} height={size.height}>
      <Lines lines={lines.slice(0, size.height - 2)} width={size.width - 2} />
    </Panel>
  );
  const stock = (size: Area): Spans[] =>
    stats ? stockLines(stats, { forecast, wanted, width: size.width - 2, height: size.height - 2, now }) : word;
  const aside = `${grouped(total)} accounts · least recently used first`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {upper > 0 && (
        <Box>
          {panel(
            `Circle of ${plugin?.title ?? '—'}`,
            { width: left, height: upper },
            stats ? circleLines(stats, next, { width: left - 2, now }) : word,
            aside,
          )}
          {wide && panel(`In stock by ${rank}`, { width: right, height: upper }, stock({ width: right, height: upper }))}
        </Box>
      )}
      <Box>
        <Panel title="Next out" aside={`first ${grouped(next.length)}`} focused width={left} height={lower}>
          {next.slice(top, top + rows).map((account, index) => (
            <Line
              key={account.id}
              width={left - 2}
              spans={nextLine(account, { at: top + index, cursor: top + index === cursor, width: left - 2, now })}
            />
          ))}
          {next.length === 0 && (
            <Line width={left - 2} spans={stats ? [{ text: ' nobody is ready', tone: 'faint' }] : (word[0] ?? [])} />
          )}
        </Panel>
        {wide && panel('Away', { width: right, height: lower }, stats ? holderLines(stats, { width: right - 2 }) : word)}
      </Box>
    </Box>
  );
}
