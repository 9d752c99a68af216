import { GraphicsContext, ThemeContext } from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { Command } from './keys/command.ts';
import { KeyBar, StatusRow, TabBar, TitleBar } from './parts/chrome.tsx';
import { TooSmall } from './parts/too-small.tsx';
import { GateContext, useStore } from './parts/use-store.ts';
import type { Screen } from './screens/screen.ts';
import type { Shell } from './shell.ts';
import { themeOf } from './state/look.ts';
import type { ScreenId } from './state/navigation.ts';

/** Below this there is room for what needs a person, and no more. */
const SMALLEST = { width: 60, height: 16 };
/** Title, tabs, status and keys: nothing else is not the screen's own. */
const CHROME_ROWS = 4;

export interface AppProps {
  readonly shell: Shell;
  readonly screens: Readonly<Record<ScreenId, Screen>>;
  readonly globals: readonly Command[];
}

function Overlays({ shell, width, height }: { shell: Shell; width: number; height: number }): ReactNode {
  const stack = useStore(shell.overlays.stack);
  return stack.map(({ overlay, openedAt }) => (
    <Box key={openedAt} position="absolute" top={0} left={0} width={width} height={height}>
      {overlay.view({ width, height })}
    </Box>
  ));
}

function Frame({ shell, screens, globals }: AppProps): ReactNode {
  const { place } = useStore(shell.navigation.history);
  const { width, height } = useStore(shell.size);
  const screen = screens[place.screen];
  const commands = useMemo(() => [...screen.commands, ...globals], [screen, globals]);
  if (width < SMALLEST.width || height < SMALLEST.height) return <TooSmall shell={shell} width={width} height={height} />;
  const bar = { shell, screen, width };
  const area = { width, height: height - CHROME_ROWS };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <TitleBar key={`title-${screen.id}`} {...bar} />
      <TabBar {...bar} />
      <Box key={screen.id} flexDirection="column" width={width} height={area.height} flexShrink={0} overflow="hidden">
        {screen.view(area)}
        <Overlays shell={shell} {...area} />
      </Box>
      <StatusRow key={`status-${screen.id}`} {...bar} />
      <KeyBar key={`keys-${screen.id}`} {...bar} commands={commands} />
    </Box>
  );
}

export function App({ shell, screens, globals }: AppProps): ReactNode {
  const look = useStore(shell.look);
  const graphics = useStore(shell.graphics);
  const theme = useMemo(() => themeOf(look, shell.facts), [look, shell]);
  return (
    <ThemeContext value={theme}>
      <GraphicsContext value={graphics}>
        <GateContext value={shell.gate}>
          <Frame shell={shell} screens={screens} globals={globals} />
        </GateContext>
      </GraphicsContext>
    </ThemeContext>
  );
}
