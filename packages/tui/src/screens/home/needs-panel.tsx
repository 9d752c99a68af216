import { fit, Panel, type Spans, spread, windowTop, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { span } from '../../parts/format.ts';
import { useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { HomePanelProps } from './home-view.tsx';

/** Questions that wait for a person, the nearest deadline first. */
export function NeedsPanel({ shell, focused, cursor, width, height }: HomePanelProps): ReactNode {
  const prompts = useStore(shell.live.prompts);
  useSecond(shell, prompts.length > 0);
  const inside = width - 2;
  const rows = height - 2;
  const top = windowTop({ cursor, top: 0, height: rows, total: prompts.length });
  const lines = prompts.slice(top, top + rows).map((prompt, index): Spans => {
    const left = prompt.expiresAt - shell.now();
    return spread(
      [
        { text: focused && top + index === cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
        { text: `? ${fit(prompt.kind, 8)}`, tone: 'ask' },
        { text: prompt.label, bold: true },
        { text: `  ${prompt.title}`, tone: 'faint' },
      ],
      [{ text: left > 0 ? `${span(left)} left ` : 'over ', tone: left < 60_000 ? 'warn' : 'faint' }],
      inside,
    );
  });
  const nothing: Spans = [{ text: ' nothing; work goes on by itself', tone: 'faint' }];
  return (
    <Panel
      title="Needs you"
      aside={prompts.length === 0 ? '' : `${prompts.length} · i opens the inbox`}
      focused={focused}
      tone={prompts.length > 0 ? 'ask' : focused ? 'accent' : 'faint'}
      width={width}
      height={height}
    >
      <Lines lines={lines.length === 0 ? [nothing] : lines} width={inside} />
    </Panel>
  );
}
