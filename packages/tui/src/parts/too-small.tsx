import { Lines, type Spans } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { runningTasks } from '../screens/jobs/job-figures.ts';
import type { Shell } from '../shell.ts';
import { useStore } from './use-store.ts';

/** What fits where nothing fits: how large it must be, and who waits. */
export function TooSmall({ shell, width, height }: { shell: Shell; width: number; height: number }): ReactNode {
  const prompts = useStore(shell.live.prompts);
  const running = runningTasks(useStore(shell.live.jobs));
  const failed = useStore(shell.live.tally).reduce((sum, { state, count }) => (state === 'failed' ? sum + count : sum), 0);
  const lines: Spans[] = [
    [` muster needs at least 60 by 16 (here ${width} by ${height})`],
    [],
    [` jobs go on: ◆ ${running} running  ? ${prompts.length} need you  × ${failed}`],
    [],
    ...prompts.map((prompt): Spans => [{ text: ` ? ${prompt.kind}`, tone: 'ask' }, ` ${prompt.label}  ${prompt.title}`]),
    [],
    [{ text: ' enlarge the window, or q to leave', tone: 'faint' }],
  ];
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Lines lines={lines} width={width} height={height} />
    </Box>
  );
}
