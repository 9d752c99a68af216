import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';
import type { HomeState } from './home-state.ts';
import { LivePanel } from './live-panel.tsx';
import { MachinePanel } from './machine-panel.tsx';
import { NeedsPanel } from './needs-panel.tsx';
import { ProvidersPanel } from './providers-panel.tsx';
import { RunningPanel } from './running-panel.tsx';

const WIDE = 110;

export function HomeView({ shell, state, width, height }: Area & { shell: Shell; state: Store<HomeState> }): ReactNode {
  const { panel, cursor } = useStore(state);
  const prompts = useStore(shell.live.prompts);
  const providers = useStore(shell.live.plugins).length;
  const part = (name: HomeState['panel']) => ({ shell, focused: panel === name, cursor: cursor[name] });
  // All providers, where that leaves the half of the screen to what they do.
  const top = Math.min(Math.max(6, providers + 4), Math.floor(height * 0.45));
  if (width < WIDE) {
    const needs = prompts.length === 0 ? 0 : Math.min(prompts.length + 2, 5);
    const running = Math.max(4, Math.floor((height - needs - top) / 2));
    return (
      <Box flexDirection="column" width={width} height={height}>
        {needs > 0 && <NeedsPanel {...part('needs')} width={width} height={needs} />}
        <ProvidersPanel {...part('providers')} width={width} height={top} />
        <RunningPanel {...part('running')} width={width} height={running} />
        <LivePanel shell={shell} width={width} height={Math.max(3, height - needs - top - running)} />
      </Box>
    );
  }
  const left = Math.floor(width * 0.64);
  const right = width - left;
  const middle = Math.max(9, Math.floor((height - top) * 0.45));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Box width={width} height={top} flexShrink={0}>
        <ProvidersPanel {...part('providers')} width={left} height={top} />
        <NeedsPanel {...part('needs')} width={right} height={top} />
      </Box>
      <Box width={width} height={middle} flexShrink={0}>
        <RunningPanel {...part('running')} width={left} height={middle} />
        <MachinePanel shell={shell} width={right} height={middle} />
      </Box>
      <LivePanel shell={shell} width={width} height={height - top - middle} />
    </Box>
  );
}
