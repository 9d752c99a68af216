import { Lines, type Spans, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { runningTasks } from '../screens/jobs/job-figures.ts';
import { titleAlone } from '../screens/inbox/prompt-title.ts';
import type { Shell } from '../shell.ts';
import { useStore } from './use-store.ts';

/** What fits where nothing fits: how large it must be, and who waits. */
export function TooSmall({ shell, width, height }: { shell: Shell; width: number; height: number }): ReactNode {
  const prompts = useStore(shell.live.prompts);
  const running = runningTasks(useStore(shell.live.jobs));
  const failed = useStore(shell.live.tally).reduce((sum, { state, count }) => (state === 'failed' ? sum + count : sum), 0);
  const words = (text: string): Spans[] => wrap(text, Math.max(1, width - 2)).map((line): Spans => [` ${line}`]);
  const head = [
    ...words(`muster needs 60 by 16 (here ${width} by ${height}): enlarge it, or q leaves`),
    ...words(`jobs go on: ◆${running} ?${prompts.length} ×${failed}`),
  ];
  const asks = prompts.map((prompt): Spans => [
    { text: ` ? ${prompt.kind}`, tone: 'ask' },
    ` ${prompt.label}  ${titleAlone(prompt)}`,
  ]);
  const room = Math.max(0, height - head.length);
  // What is not shown is counted.
  const more: Spans[] = asks.length > room ? [[{ text: ` … ${asks.length - room + 1} more`, tone: 'faint' }]] : [];
  const lines = [...head, ...asks.slice(0, room - more.length), ...more];
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Lines lines={lines} width={width} height={height} />
    </Box>
  );
}
