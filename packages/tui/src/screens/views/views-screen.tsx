import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';
import type { Screen } from '../screen.ts';
import { createViewsModel, type ViewsModel } from './views-model.ts';
import { openViews } from './views-menu.ts';
import { viewLines } from './view-lines.ts';
import { ViewsView } from './views-view.tsx';

const CHROME_ROWS = 7;
const TYPING = [
  ['enter', 'send'],
  ['esc', 'done'],
] as const;

function viewsCommands(shell: Shell, model: ViewsModel): Command[] {
  const choices = () => model.state.get().content?.choices ?? [];
  const headless = (): string => {
    const shown = model.shown();
    if (!shown) return 'muster view';
    const params = Object.entries(shown.params).map(([name, value]) => ` --param ${name}=${value}`);
    return `muster view ${shown.plugin}.${shown.view}${shown.account ? ` ${shown.account.id}` : ''}${params.join('')}`;
  };
  return [
    ...listCommands('views', {
      move: model.scrollBy,
      moveTo: model.scrollTo,
      pageRows: () => Math.max(1, shell.size.get().height - CHROME_ROWS),
    }),
    {
      id: 'views.say',
      keys: ['s', 'enter'],
      title: 'type into the line below',
      short: 'type',
      group: 'Act',
      when: () => model.state.get().content?.say !== undefined,
      run: model.type,
    },
    {
      id: 'views.choose',
      keys: ['c', 'enter'],
      title: 'what can be looked at from here',
      short: 'choose',
      group: 'Find',
      when: () => choices().length > 0,
      headless,
      run: () =>
        openMenu(shell, {
          title: 'Look at',
          crumb: 'choose',
          entries: choices().map(({ title, params }) => ({ title, run: () => model.choose(params) })),
        }),
    },
    {
      id: 'views.pages',
      keys: ['V'],
      title: 'other pages',
      short: 'pages',
      group: 'Find',
      when: () => model.shown() !== undefined,
      run() {
        const shown = model.shown();
        if (shown) openViews(shell, { plugin: shown.plugin, ...(shown.account && { account: shown.account }) });
      },
    },
    {
      id: 'views.copy-command',
      keys: ['Y'],
      title: 'copy as a command',
      group: 'See',
      headless,
      run() {
        if (shell.copy(headless())) shell.notices.say(`copied: ${headless()}`, 'good');
      },
    },
  ];
}

/** Pages of plugins, told as data: figures, tables, conversations. */
export function createViewsScreen(shell: Shell): Screen {
  const model = createViewsModel(shell);
  return {
    id: 'views',
    commands: viewsCommands(shell, model),
    stores: [model.state, shell.live.plugins],
    crumbs() {
      const shown = model.shown();
      if (!shown) return ['pages'];
      return [
        shown.plugin,
        model.info()?.title ?? shown.view,
        ...(shown.account ? [shown.account.label] : []),
        ...Object.values(shown.params),
      ];
    },
    status: () => [{ text: ' asked for anew every second', tone: 'faint' }],
    capture: model.typeKey,
    hints: () => (model.state.get().typing === null ? undefined : TYPING),
    back: model.back,
    enter: model.refresh,
    spoken() {
      const { content, typing, problem } = model.state.get();
      const place = `${model.info()?.title ?? 'Pages'}. ${problem}`;
      if (typing !== null)
        return { place: `${place} Enter sends, escape ends.`, typed: { label: content?.say?.label ?? '', text: typing.text } };
      const lines = content ? viewLines(content, { width: 200, now: shell.now() }) : [];
      const text = lines.map((spans) =>
        spans
          .map((part) => (typeof part === 'string' ? part : part.text))
          .join('')
          .trim(),
      );
      return {
        place,
        item: text
          .filter((line) => line !== '')
          .slice(-20)
          .join('. '),
      };
    },
    view: (area) => <ViewsView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
