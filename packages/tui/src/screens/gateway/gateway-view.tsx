import type { PluginInfo, RotationInfo } from '@muster/api';
import { Line, Lines, Panel, type Spans, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { grouped } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import { useSecond } from '../../parts/use-minute.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { figureHeading, figureLine } from './figure-lines.ts';
import { closedLines, doorLines, narrowLines, nowLines } from './gateway-lines.ts';
import type { GatewayModel } from './gateway-model.ts';
import { requestLine } from './request-lines.ts';

/** From here on panels stand side by side. */
export const WIDE = 100;
const UPPER = 8;
const NARROW_UPPER = 10;
/** Below it the accounts need all the rows. */
const LEAST_LOWER = 6;

/** Providers with a gateway that could be opened. */
export const openableOf = (plugins: readonly PluginInfo[]): PluginInfo[] =>
  plugins.filter(({ state, service }) => state === 'loaded' && service?.opensBy !== undefined);

interface Props extends Area {
  readonly rotation: RotationInfo;
}

function RequestsPanel({ rotation: { recent }, width, height }: Props): ReactNode {
  const lines = recent.slice(0, height - 2).map((request) => requestLine(request, width - 2));
  const nothing: Spans[] = [[{ text: ' none since it was opened', tone: 'faint' }]];
  return (
    <Panel title="Requests" aside="the newest first" width={width} height={height}>
      <Lines lines={lines.length > 0 ? lines : nothing} width={width - 2} />
    </Panel>
  );
}

function AccountsPanel({ rotation, model, now, width, height }: Props & { model: GatewayModel; now: number }): ReactNode {
  const { cursor, problem } = useStore(model.view);
  const { totals } = rotation;
  const rows = height - 3;
  const top = windowTop({ cursor, top: 0, height: rows, total: totals.accounts });
  const shown = Math.max(0, Math.min(rows, totals.accounts - top));
  return (
    <Panel
      title="Accounts in rotation"
      aside={`${grouped(totals.free)} free of ${grouped(totals.accounts)}`}
      footer={problem}
      focused
      width={width}
      height={height}
    >
      <Line width={width - 2} spans={figureHeading(width - 2)} />
      {Array.from({ length: shown }, (_, index) => (
        <Line
          key={index}
          width={width - 2}
          spans={figureLine(model.row(top + index), { selected: top + index === cursor, width: width - 2, now })}
        />
      ))}
      {totals.accounts === 0 && <Line width={width - 2} spans={[{ text: ' no account can serve', tone: 'faint' }]} />}
    </Panel>
  );
}

function ClosedPanel({ shell, model, width, height }: Area & { shell: Shell; model: GatewayModel }): ReactNode {
  const { rotations, problem } = useStore(model.view);
  const plugins = useStore(shell.live.plugins);
  const bad = wrap(problem, Math.max(8, width - 4)).map((text): Spans => [{ text: ` ${text}`, tone: 'bad' }]);
  const lines = problem === '' ? (rotations === null ? [[' …']] : closedLines(openableOf(plugins), width - 2)) : bad;
  return (
    <Panel title="Gateway" width={width} height={height}>
      <Lines lines={[[], ...lines].slice(0, height - 2)} width={width - 2} />
    </Panel>
  );
}

export function GatewayView({ shell, model, width, height }: Area & { shell: Shell; model: GatewayModel }): ReactNode {
  const { pane } = useStore(model.view);
  const plugins = useStore(shell.live.plugins);
  useSecond(shell, true);
  const now = shell.now();
  const rotation = model.rotation();
  if (!rotation) return <ClosedPanel shell={shell} model={model} width={width} height={height} />;
  const opens = openableOf(plugins).some(({ id }) => id === rotation.plugin);
  if (width < WIDE) {
    const upper = height >= NARROW_UPPER + LEAST_LOWER ? NARROW_UPPER : 0;
    const lower = { rotation, width, height: height - upper };
    return (
      <Box flexDirection="column" width={width} height={height}>
        {upper > 0 && (
          <Panel title="Gateway" aside={rotation.plugin} width={width} height={upper}>
            <Lines lines={narrowLines(rotation, { width: width - 2, opens })} width={width - 2} />
          </Panel>
        )}
        {pane === 'requests' ? <RequestsPanel {...lower} /> : <AccountsPanel {...lower} model={model} now={now} />}
      </Box>
    );
  }
  const left = Math.floor(width * 0.6);
  const right = width - left;
  const upper = height >= UPPER + LEAST_LOWER ? UPPER : 0;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {upper > 0 && (
        <Box>
          <Panel title="Gateway" aside={rotation.plugin} width={left} height={upper}>
            <Lines lines={doorLines(rotation, opens)} width={left - 2} />
          </Panel>
          <Panel title="Now" aside="last minute" width={right} height={upper}>
            <Lines lines={nowLines(rotation, right - 2)} width={right - 2} />
          </Panel>
        </Box>
      )}
      <Box>
        <AccountsPanel rotation={rotation} model={model} now={now} width={left} height={height - upper} />
        <RequestsPanel rotation={rotation} width={right} height={height - upper} />
      </Box>
    </Box>
  );
}
