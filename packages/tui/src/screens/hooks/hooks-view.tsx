import { Line, Lines, Panel, type Spans, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { plural } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { hookDetail, hookHeader, hookLine } from './hook-lines.ts';
import type { HooksModel } from './hooks-model.ts';

const EMPTY = `
Nobody is told when something happens.

n adds a webhook, a command of yours, or mail: when a job ends, or at any event you choose.

Nothing is lost on the way: what does not arrive is tried again for five hours.`;

const emptyLines = (width: number): Spans[] =>
  wrap(EMPTY, width - 4).map((line): Spans => [{ text: `  ${line}`, tone: 'faint' }]);

/** Hooks above, and below them what was sent to the one under the pointer. */
export function HooksView({ shell, model, width, height }: Area & { shell: Shell; model: HooksModel }): ReactNode {
  const { hooks, deliveries, loaded } = useStore(model.view);
  useMinute(shell);
  const inside = width - 2;
  const current = model.current();
  if (current === undefined)
    return (
      <Panel title="Hooks" aside={loaded ? 'none yet' : 'asking …'} focused width={width} height={height}>
        <Lines lines={loaded ? emptyLines(inside) : []} width={inside} />
      </Panel>
    );
  const rows = Math.max(1, Math.min(hooks.length, Math.floor(height * 0.45) - 3));
  const at = model.cursor();
  const top = windowTop({ cursor: at, top: 0, height: rows, total: hooks.length });
  const below = height - rows - 3;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Panel title="Hooks" aside={plural(hooks.length, 'hook')} focused width={width} height={rows + 3}>
        <Line width={inside} spans={hookHeader(inside)} />
        {hooks.slice(top, top + rows).map((hook, index) => (
          <Line key={hook.id} width={inside} spans={hookLine(hook, { cursor: top + index === at, width: inside })} />
        ))}
      </Panel>
      <Panel title={current.name} width={width} height={below}>
        <Lines lines={hookDetail(current, deliveries, { width: inside, now: shell.now() }).slice(0, below - 2)} width={inside} />
      </Panel>
    </Box>
  );
}
