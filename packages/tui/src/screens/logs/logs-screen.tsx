import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import type { Shell } from '../../shell.ts';
import type { Screen } from '../screen.ts';
import { sayEvent } from '../../spoken/describe.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { shellWord } from '../accounts/marks.ts';
import { createLogsModel, type LogsModel } from './logs-model.ts';
import { LogsView } from './logs-view.tsx';

function logsCommands(shell: Shell, model: LogsModel): Command[] {
  const copy = (): void => {
    const event = model.current();
    if (event && shell.copy(JSON.stringify(event))) shell.notices.say('copied the line as JSON', 'good');
  };
  const headless = (): string => {
    const { search } = model.view.get();
    return `muster events --since 1h${search === '' ? '' : ` | grep -i ${shellWord(search)}`}`;
  };
  const nothingSought = (): string | undefined =>
    model.view.get().search === '' ? 'Search for something first: / and a word.' : undefined;
  return [
    ...listCommands('logs', { move: model.move, moveTo: model.moveTo, pageRows: () => 10 }),
    { id: 'logs.freeze', keys: ['f'], title: 'freeze, follow', short: 'freeze', group: 'See', run: model.toggleFreeze },
    { id: 'logs.search', keys: ['/'], title: 'search', short: 'search', group: 'Find', headless, run: model.startSearch },
    {
      id: 'logs.next',
      keys: ['n'],
      title: 'next line found (older)',
      group: 'Find',
      disabledReason: nothingSought,
      run: () => model.move(1),
    },
    {
      id: 'logs.previous',
      keys: ['N'],
      title: 'line found before (newer)',
      group: 'Find',
      disabledReason: nothingSought,
      run: () => model.move(-1),
    },
    { id: 'logs.wrap', keys: ['w'], title: 'wrap long lines', short: 'wrap', group: 'See', run: model.toggleWrap },
    { id: 'logs.level', keys: ['l'], title: 'level', short: 'level', group: 'Find', run: model.cycleLevel },
    { id: 'logs.audit', keys: ['a'], title: 'audit only', short: 'audit only', group: 'Find', run: model.audit },
    { id: 'logs.copy', keys: ['y'], title: 'copy the line as JSON', short: 'copy', group: 'See', run: copy },
    {
      id: 'logs.account',
      keys: ['enter', 'right'],
      title: 'open the account of the line',
      group: 'Move',
      disabledReason: () => (model.current()?.account === undefined ? 'This line is about no account.' : undefined),
      run() {
        const account = model.current()?.account;
        if (account !== undefined) shell.showAccount(account);
      },
    },
  ];
}

const SEARCH_HINTS = [
  ['enter', 'search'],
  ['esc', 'as before'],
] as const;

export function createLogsScreen(shell: Shell): Screen {
  const model = createLogsModel(shell);
  return {
    id: 'logs',
    commands: logsCommands(shell, model),
    stores: [model.view],
    crumbs: () => ['logs', ...(model.view.get().level === 'audit' ? ['audit'] : [])],
    status: () => [{ text: ' the newest line is at the top; moving down freezes', tone: 'faint' }],
    capture: model.type,
    hints: () => (model.view.get().editing === null ? undefined : SEARCH_HINTS),
    back: model.clear,
    spoken() {
      const { editing, level, search, cursor } = model.view.get();
      if (editing !== null) return { place: 'Search. Enter takes it.', typed: { label: 'Search', text: editing.text } };
      const event = model.current();
      const place = `Logs, level ${level}${search === '' ? '' : `, with ${search}`}. The newest comes first; down freezes.`;
      return { place, item: event && itemOf(sayEvent(event, shell.now()), cursor, model.lines().length) };
    },
    view: (area) => <LogsView shell={shell} model={model} {...area} />,
  };
}
