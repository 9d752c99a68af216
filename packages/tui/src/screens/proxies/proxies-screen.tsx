import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import { proxiesCommands } from './proxies-commands.ts';
import { createProxiesModel } from './proxies-model.ts';
import { ProxiesView } from './proxies-view.tsx';

const CHROME_ROWS = 8;

/** Ways out to the network: whether they work, where they come out, who uses them, and who refuses them. */
export function createProxiesScreen(shell: Shell): Screen {
  const model = createProxiesModel(shell);
  return {
    id: 'proxies',
    commands: proxiesCommands(shell, model, () => Math.max(1, shell.size.get().height - CHROME_ROWS)),
    stores: [model.view],
    crumbs: () => ['proxies', ...[model.current()?.label].filter((label) => label !== undefined)],
    status: () => [{ text: ' a task changes its proxy for the proxy’s own faults only', tone: 'faint' }],
    enter: model.refresh,
    spoken() {
      const { proxies, states, total } = model.view.get();
      const proxy = model.current();
      const said =
        proxy &&
        [
          proxy.label,
          proxy.state,
          proxy.country ?? 'country not known',
          proxy.state === 'dead' ? (proxy.lastFailure?.detail ?? '') : '',
        ]
          .filter((part) => part !== '')
          .join(', ');
      return {
        place: `Proxies. ${total} in all, ${states.dead ?? 0} dead.`,
        item: said === undefined ? 'nothing here' : itemOf(said, model.cursor(), proxies.length),
      };
    },
    view: (area) => <ProxiesView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
