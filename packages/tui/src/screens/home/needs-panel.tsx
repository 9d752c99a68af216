import { fit, Panel, type Spans, spread, windowTop, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { span } from '../../parts/format.ts';
import { useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import { titleAlone } from '../inbox/prompt-title.ts';
import { sessionPhrase, sessionsForPeople } from '../sessions/session-looks.ts';
import type { HomePanelProps } from './home-state.ts';

/** What waits for a person: questions, the nearest deadline first, then sessions to be linked. */
export function NeedsPanel({ shell, focused, cursor, width, height }: HomePanelProps): ReactNode {
  const prompts = useStore(shell.live.prompts);
  useStore(shell.live.sessions);
  const sessions = sessionsForPeople(shell.live);
  const total = prompts.length + sessions.length;
  useSecond(shell, prompts.length > 0);
  const inside = width - 2;
  const rows = height - 2;
  const top = windowTop({ cursor, top: 0, height: rows, total });
  const pointer = (index: number): Spans[number] => ({
    text: focused && index === cursor ? ' ❯ ' : '   ',
    tone: 'accent',
    bold: true,
  });
  const questions = prompts.map((prompt, index): Spans => {
    const left = prompt.expiresAt - shell.now();
    return spread(
      [
        pointer(index),
        { text: `? ${fit(prompt.kind, 8)}`, tone: 'ask' },
        { text: prompt.label, bold: true },
        { text: `  ${titleAlone(prompt)}`, tone: 'faint' },
      ],
      [{ text: left > 0 ? `${span(left)} left ` : 'over ', tone: left < 60_000 ? 'warn' : 'faint' }],
      inside,
    );
  });
  const links = sessions.map((row, index): Spans => [
    pointer(prompts.length + index),
    { text: `? ${fit('link', 8)}`, tone: 'ask' },
    { text: row.label, bold: true },
    { text: `  ${sessionPhrase(row, shell.now())}`, tone: 'faint' },
  ]);
  const lines = [...questions, ...links].slice(top, top + rows);
  const nothing: Spans = [{ text: ' nothing; work goes on by itself', tone: 'faint' }];
  return (
    <Panel
      title="Needs you"
      aside={prompts.length === 0 ? (total === 0 ? '' : `${total} · 4 opens sessions`) : `${total} · i opens the inbox`}
      focused={focused}
      tone={total > 0 ? 'ask' : focused ? 'accent' : 'faint'}
      width={width}
      height={height}
    >
      <Lines lines={lines.length === 0 ? [nothing] : lines} width={inside} />
    </Panel>
  );
}
