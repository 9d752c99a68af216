import { caretSpans, Line, Lines, Panel, type Spans } from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { viewLines } from './view-lines.ts';
import type { ViewsModel } from './views-model.ts';

/** The frame of the line to type into. */
const SAY_ROWS = 3;

export function ViewsView({ shell, model, width, height }: Area & { shell: Shell; model: ViewsModel }): ReactNode {
  const { content, problem, scroll, typing } = useStore(model.state);
  useStore(shell.live.plugins);
  useMinute(shell);
  const say = content?.say;
  const rows = height - 2 - (say ? SAY_ROWS : 0);
  const nothing: Spans = model.shown()
    ? [{ text: problem === '' ? ' …' : '', tone: 'faint' }]
    : [{ text: ' Pages of plugins are opened with V on a provider or an account, or with : by name.', tone: 'faint' }];
  const lines: readonly Spans[] = content ? viewLines(content, { width: width - 2, now: shell.now() }) : [[], nothing];
  const last = Math.max(0, lines.length - rows);
  const top = scroll < 0 ? last : Math.min(scroll, last);
  useEffect(() => model.measured(lines.length, rows), [model, lines.length, rows]);
  const below = lines.length - top - rows;
  const shown = model.shown();
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Panel
        title={model.info()?.title ?? shown?.view ?? 'Pages'}
        aside={shown?.account?.label ?? shown?.plugin ?? ''}
        footer={below > 0 ? `${below} more below` : ''}
        tone={problem === '' ? 'accent' : 'bad'}
        width={width}
        height={rows + 2}
      >
        {problem === '' ? (
          <Lines lines={lines.slice(top, top + rows)} width={width - 2} height={rows} />
        ) : (
          <Lines
            lines={[[{ text: ` ${problem}`, tone: 'bad' }], ...lines.slice(top, top + rows - 1)]}
            width={width - 2}
            height={rows}
          />
        )}
      </Panel>
      {say && (
        <Panel title={say.label} focused={typing !== null} width={width} height={SAY_ROWS}>
          <Line
            width={width - 2}
            spans={
              typing === null
                ? [{ text: ' s types here', tone: 'faint' }]
                : [' ', ...caretSpans(typing, { focused: true, secret: false })]
            }
          />
        </Panel>
      )}
    </Box>
  );
}
