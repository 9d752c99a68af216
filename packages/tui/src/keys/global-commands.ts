import type { Screen } from '../screens/screen.ts';
import { openConfirm } from '../overlays/confirm.tsx';
import { openPalette } from '../overlays/palette.tsx';
import { plural } from '../parts/format.ts';
import { viewCommands } from '../screens/views/views-menu.ts';
import type { Shell } from '../shell.ts';
import type { ScreenId } from '../state/navigation.ts';
import type { Command } from './command.ts';

const SCREENS: readonly (readonly [id: ScreenId, keys: readonly string[], title: string])[] = [
  ['home', ['1'], 'home'],
  ['accounts', ['2'], 'accounts'],
  ['jobs', ['3'], 'jobs'],
  ['sessions', ['4'], 'sessions: live connections, codes to scan'],
  ['pool', ['5'], 'pool: stock, who has what, who is next'],
  ['gateway', ['6'], 'gateway: requests spread over accounts'],
  ['proxies', ['7'], 'proxies: ways out, their health and use'],
  ['inbox', ['8', 'i'], 'inbox: what needs you'],
  ['logs', ['9'], 'logs'],
  ['plugins', ['0'], 'plugins: what is loaded and why not the rest'],
  ['hooks', ['H'], 'hooks: who is told when something happens'],
  ['settings', [','], 'settings: store, vault, tokens, terminal'],
  ['help', ['?'], 'help: the keys of this screen'],
];

/** Leaving ends the screen and nothing else. It says what goes on. */
function leave(shell: Shell): void {
  shell.leave('left');
}

function openLeave(shell: Shell): void {
  const status = shell.live.status.get();
  const running = status?.tasks.running ?? 0;
  const open = shell.live.sessions.get()?.usage.open ?? 0;
  const sessions =
    open === 0
      ? ''
      : ` ${plural(open, 'session')} ${open === 1 ? 'stays' : 'stay'} open; stopping the host closes ${open === 1 ? 'it' : 'them'} until its next start.`;
  openConfirm(shell, {
    title: 'Leave, or stop the host?',
    crumb: 'leave',
    text:
      running > 0
        ? `${plural(running, 'task')} ${running === 1 ? 'is' : 'are'} running. They go on when you leave; muster brings you back to them. Stopping the host ends them in order, and the next start goes on from there.${sessions}`
        : `No task is running. The host waits in the background until it is stopped.${sessions}`,
    answers: [
      { key: 'q', does: 'leave; the host goes on', run: () => leave(shell) },
      { key: 'X', does: 'stop the host, then leave', run: () => shell.attempt(shell.stopHost()) },
    ],
  });
}

export interface GlobalOptions {
  readonly shell: Shell;
  readonly screen: () => Screen;
  readonly run: (command: Command) => void;
}

/** What works everywhere. */
export function globalCommands({ shell, screen, run }: GlobalOptions): Command[] {
  const commands: Command[] = [
    ...SCREENS.map(([id, keys, title]): Command => ({
      id: `screen.${id}`,
      keys,
      title,
      group: 'Screens',
      headless: () => `muster --screen ${id}`,
      run: () => shell.navigation.go({ screen: id }),
    })),
    {
      id: 'app.command',
      keys: [':'],
      title: 'any command by name',
      short: 'command',
      group: 'Find',
      run: () => openPalette(shell, [...screen().commands, ...viewCommands(shell), ...commands], run),
    },
    {
      id: 'app.back',
      keys: ['esc', 'left'],
      title: 'one step back',
      group: 'Move',
      run() {
        if (screen().back?.()) return;
        if (!shell.navigation.back() && shell.navigation.place().screen !== 'home') shell.navigation.go({ screen: 'home' });
      },
    },
    { id: 'app.history-back', keys: ['['], title: 'back in the history', group: 'Move', run: () => void shell.navigation.back() },
    {
      id: 'app.history-forward',
      keys: [']'],
      title: 'forward in the history',
      group: 'Move',
      run: () => void shell.navigation.forward(),
    },
    {
      id: 'app.undo',
      keys: ['z'],
      title: 'take back the last change',
      group: 'Act',
      disabledReason: () => (shell.undo.last.get() === undefined ? 'There is nothing to take back.' : undefined),
      run: () => shell.undo.take().then((text) => shell.notices.say(text, 'good')),
    },
    { id: 'app.redraw', keys: ['ctrl-l'], title: 'draw again', group: 'See', run: () => shell.redraw() },
    {
      id: 'app.reconnect',
      keys: ['ctrl-r'],
      title: 'try the host again now',
      group: 'See',
      when: () => shell.live.link.get().kind !== 'live',
      run: () => shell.live.reconnect(),
    },
    { id: 'app.suspend', keys: ['ctrl-z'], title: 'to the shell; fg comes back', group: 'Leave', run: () => shell.suspend() },
    { id: 'app.leave', keys: ['q'], title: 'leave; jobs go on', short: 'leave', group: 'Leave', run: () => leave(shell) },
    {
      id: 'app.stop',
      keys: ['ctrl-c'],
      title: 'leave, or stop the host?',
      group: 'Leave',
      headless: () => 'muster stop',
      run: () => openLeave(shell),
    },
  ];
  return commands;
}
