export { prepareTerminal } from './terminal/prepare-terminal.ts';
export type { PreparedTerminal } from './terminal/prepare-terminal.ts';
export { runScreen } from './run-screen.tsx';
export type { RunScreenOptions } from './screen-options.ts';
export type { ScreenEnd } from './shell.ts';
export type { ScreenId } from './state/navigation.ts';
