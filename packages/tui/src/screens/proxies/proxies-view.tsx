import { Line, Lines, Panel, type Spans, windowTop } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { grouped } from '../../parts/format.ts';
import { useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { ProxiesModel, ProxiesView as State } from './proxies-model.ts';
import { proxyDetail, proxyHeader, proxyLine } from './proxy-lines.ts';

const WIDE = 130;
const DETAIL = 48;
const HIGH = 30;
const DETAIL_ROWS = 14;

const emptyLines = ({ loaded, filter }: State): Spans[] => {
  if (!loaded) return [[{ text: ' …', tone: 'faint' }]];
  if (filter !== 'all') return [[{ text: ` none is ${filter}; f shows the others`, tone: 'faint' }]];
  return [
    [],
    [{ text: '  No proxy yet: tasks go out by the way of this machine.', tone: 'faint' }],
    [{ text: '  n adds one, I takes a list (one a line, or CSV).', tone: 'faint' }],
  ];
};

const countsOf = ({ states, settings }: State): string => {
  const parts = (['good', 'dead', 'unchecked', 'disabled'] as const).flatMap((state) =>
    (states[state] ?? 0) > 0 ? [`${grouped(states[state] ?? 0)} ${state}`] : [],
  );
  return [...parts, ...(settings?.echoUrl === null ? ['no echo set'] : [])].join(' · ');
};

/** Proxies by label; beside or below them, as there is room, the one under the pointer. */
export function ProxiesView({ shell, model, width, height }: Area & { shell: Shell; model: ProxiesModel }): ReactNode {
  const state = useStore(model.view);
  useSecond(
    shell,
    state.proxies.some((proxy) => proxy.state === 'dead'),
  );
  const now = shell.now();
  const { proxies, filter, total } = state;
  const hasAny = proxies.length > 0;
  const wide = hasAny && width >= WIDE;
  const below = hasAny && !wide && height >= HIGH;
  const list = { width: wide ? width - DETAIL : width, height: below ? height - DETAIL_ROWS : height };
  const rows = Math.max(0, list.height - 3);
  const at = model.cursor();
  const top = windowTop({ cursor: at, top: 0, height: rows, total: proxies.length });
  const current = model.current();
  const side = { width: wide ? DETAIL : width, height: wide ? height : DETAIL_ROWS };
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height}>
      <Panel title={filter === 'all' ? 'Proxies' : `Proxies: ${filter}`} aside={countsOf(state)} focused {...list}>
        {hasAny ? (
          <>
            <Line width={list.width - 2} spans={proxyHeader(list.width - 2)} />
            {proxies.slice(top, top + rows).map((proxy, index) => (
              <Line
                key={proxy.id}
                width={list.width - 2}
                spans={proxyLine(proxy, { cursor: top + index === at, width: list.width - 2, now })}
              />
            ))}
          </>
        ) : (
          <Lines lines={emptyLines(state)} width={list.width - 2} />
        )}
      </Panel>
      {(wide || below) && (
        <Panel title={current?.label ?? '—'} aside={total > proxies.length ? `${grouped(total)} in all` : ''} {...side}>
          <Lines
            lines={current ? proxyDetail(current, { width: side.width - 2, now }).slice(0, side.height - 2) : []}
            width={side.width - 2}
          />
        </Panel>
      )}
    </Box>
  );
}
