import type { PluginInfo } from '@muster/api';
import type { Command } from '../../keys/command.ts';
import { type MenuEntry, openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { viewPlace } from './views-model.ts';

export interface ViewsTarget {
  readonly plugin: string;
  /** Pages about this account too. */
  readonly account?: { readonly id: string; readonly label: string };
}

const go = (shell: Shell, item: string): void => shell.navigation.go({ screen: 'views', item });

const entriesOf = (shell: Shell, plugin: PluginInfo, account: ViewsTarget['account']): MenuEntry[] =>
  plugin.views
    .filter(({ about }) => about === 'plugin' || account !== undefined)
    .map(({ name, title, about }) => ({
      title,
      aside: about === 'account' ? (account?.label ?? '') : plugin.title,
      group: about === 'account' ? 'Of the account' : 'Of the provider',
      run: () => go(shell, viewPlace(plugin.id, name, about === 'account' ? account : undefined)),
    }));

/** The pages of a plugin: one is opened at once, several are chosen from. */
export function openViews(shell: Shell, { plugin: id, account }: ViewsTarget): void {
  const plugin = shell.live.plugins.get().find((one) => one.id === id);
  const entries = plugin ? entriesOf(shell, plugin, account) : [];
  const own = entries.toSorted((a, b) => Number(b.group === 'Of the account') - Number(a.group === 'Of the account'));
  const [first, second] = own;
  if (!first) return shell.notices.say(`${plugin?.title ?? id} has no pages${account ? '' : ' of its own'}.`, 'warn');
  if (!second) return first.run();
  openMenu(shell, { title: `Pages of ${account?.label ?? plugin?.title ?? id}`, crumb: 'pages', entries: own });
}

/** Every page over a plugin as a whole, for the palette. */
export const viewCommands = (shell: Shell): Command[] =>
  shell.live.plugins.get().flatMap((plugin) =>
    plugin.views
      .filter(({ about }) => about === 'plugin')
      .map(({ name, title }): Command => ({
        id: `view.${plugin.id}.${name}`,
        keys: [],
        title: `${plugin.title}: ${title}`,
        group: 'See',
        headless: () => `muster view ${plugin.id}.${name}`,
        run: () => go(shell, viewPlace(plugin.id, name)),
      })),
  );
