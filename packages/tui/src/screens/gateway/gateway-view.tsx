import { Line, Lines, Panel, type Spans, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { grouped } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import { useSecond } from '../../parts/use-minute.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { figureHeading, figureLine, nowLines, rotationLines } from './gateway-lines.ts';
import type { GatewayModel } from './gateway-model.ts';

const WIDE = 100;
const UPPER = 8;

const NONE: readonly string[] = [
  'No plugin spreads requests over its accounts now.',
  'One that serves a gateway opens its rotation with its service: switch it on in its settings (0 Plugins, then Enter), and point any client of it at its address.',
];

export function GatewayView({ shell, model, width, height }: Area & { shell: Shell; model: GatewayModel }): ReactNode {
  const { rotations, cursor, problem } = useStore(model.view);
  useSecond(shell, true);
  const now = shell.now();
  const rotation = model.rotation();
  if (!rotation) {
    const texts = problem === '' ? (rotations === null ? ['…'] : NONE) : [problem];
    const tone = problem === '' ? 'faint' : 'bad';
    const lines = texts.flatMap((text) => wrap(text, Math.max(8, width - 4))).map((text): Spans => [{ text: ` ${text}`, tone }]);
    return (
      <Panel title="Gateway" width={width} height={height}>
        <Lines lines={[[], ...lines].slice(0, height - 2)} width={width - 2} />
      </Panel>
    );
  }
  const wide = width >= WIDE;
  const upper = height >= UPPER + 6 ? UPPER : 0;
  const left = wide ? Math.floor(width * 0.58) : width;
  const right = width - left;
  const rows = height - upper - 3;
  const { totals, limits } = rotation;
  const top = windowTop({ cursor, top: 0, height: rows, total: totals.accounts });
  const shown = Math.max(0, Math.min(rows, totals.accounts - top));
  return (
    <Box flexDirection="column" width={width} height={height}>
      {upper > 0 && (
        <Box>
          <Panel title="Rotation" aside={wide ? '' : `${grouped(totals.inFlight)} under way`} width={left} height={upper}>
            <Lines lines={rotationLines(rotation).slice(0, upper - 2)} width={left - 2} />
          </Panel>
          {wide && (
            <Panel title="Now" aside="last minute" width={right} height={upper}>
              <Lines lines={nowLines(rotation, { width: right - 2, now }).slice(0, upper - 2)} width={right - 2} />
            </Panel>
          )}
        </Box>
      )}
      <Panel
        title="Accounts in rotation"
        aside={`${grouped(totals.free)} free of ${grouped(totals.accounts)}`}
        footer={problem}
        focused
        width={width}
        height={height - upper}
      >
        <Line width={width - 2} spans={figureHeading(width - 2)} />
        {Array.from({ length: shown }, (_, index) => (
          <Line
            key={index}
            width={width - 2}
            spans={figureLine(model.row(top + index), { limits, selected: top + index === cursor, width: width - 2, now })}
          />
        ))}
        {totals.accounts === 0 && <Line width={width - 2} spans={[{ text: ' no account can serve', tone: 'faint' }]} />}
      </Panel>
    </Box>
  );
}
