import { hookTargetText } from '@muster/api';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import { lookOf } from './hook-lines.ts';
import { hooksCommands } from './hooks-commands.ts';
import { createHooksModel } from './hooks-model.ts';
import { HooksView } from './hooks-view.tsx';

const PAGE_ROWS = 8;

/** Who is told when something happens, and whether it arrived. */
export function createHooksScreen(shell: Shell): Screen {
  const model = createHooksModel(shell);
  return {
    id: 'hooks',
    commands: hooksCommands(shell, model, () => PAGE_ROWS),
    stores: [model.view],
    crumbs: () => ['hooks', ...[model.current()?.name].filter((name) => name !== undefined)],
    status: () => [{ text: ' what does not arrive is tried again, 12 times over five hours', tone: 'faint' }],
    enter: model.refresh,
    spoken() {
      const { hooks, deliveries } = model.view.get();
      const hook = model.current();
      const last = deliveries[0];
      const said =
        hook &&
        [
          hook.name,
          lookOf(hook).text.slice(2),
          `${hook.target.kind} ${hookTargetText(hook.target)}`,
          `told of ${hook.events.join(', ')}`,
          last === undefined ? 'nothing sent yet' : `last ${last.state}${last.outcome === null ? '' : `, ${last.outcome}`}`,
        ].join(', ');
      return {
        place: `Hooks. ${plural(hooks.length, 'hook')}.`,
        item: said === undefined ? 'nobody is told' : itemOf(said, model.cursor(), hooks.length),
      };
    },
    view: (area) => <HooksView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
