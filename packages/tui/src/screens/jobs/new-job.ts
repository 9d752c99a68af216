import type { PluginInfo } from '@muster/api';
import { type MenuEntry, openMenu } from '../../overlays/menu-dialog.tsx';
import { grouped } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { startAction } from '../accounts/action-menu.ts';
import { allOf } from '../accounts/chosen-accounts.ts';
import type { Chosen } from '../accounts/marks.ts';

interface Startable {
  readonly title: string;
  readonly dangerous: boolean;
  readonly chosen?: Chosen;
  readonly start: (byClock: boolean) => void;
}

function startablesOf(shell: Shell, { id, actions }: PluginInfo): Startable[] {
  return actions.map(({ name, title, scope, dangerous }) => {
    const chosen = scope === 'account' ? { chosen: allOf(shell, id) } : {};
    return {
      title,
      dangerous,
      ...chosen,
      start: (byClock) => startAction(shell, { plugin: id, action: name, ...chosen, byClock }),
    };
  });
}

/** Over a whole roster nothing starts with the key that chose it. */
function askWhen(shell: Shell, { title, chosen, start }: Startable): void {
  openMenu(shell, {
    title: chosen === undefined ? title : `${title} · ${chosen.name}`,
    crumb: 'when',
    entries: [
      { title: 'by the clock: once, daily, every so often', hint: 't', run: () => start(true) },
      { title: 'now', hint: 'n', run: () => start(false) },
    ],
  });
}

/** Any action of any plugin, over all of its accounts or over the plugin; `byClock` asks only when. */
export function openNewJob(shell: Shell, { byClock = false }: { readonly byClock?: boolean } = {}): void {
  const entries = shell.live.plugins.get().flatMap((plugin) =>
    startablesOf(shell, plugin).map((one): MenuEntry => ({
      title: `${one.title}${one.dangerous ? ' …' : ''}`,
      aside: one.chosen === undefined ? 'the pool chooses' : `all ${grouped(one.chosen.count)}`,
      group: plugin.title,
      disabledReason: one.chosen?.count === 0 ? 'there are no accounts yet' : undefined,
      run: () => (byClock ? one.start(true) : askWhen(shell, one)),
    })),
  );
  if (entries.length === 0) return shell.notices.say('No plugin that is loaded declares an action.', 'warn');
  openMenu(shell, { title: byClock ? 'What is to run by the clock?' : 'What is to run?', crumb: 'new', entries });
}
