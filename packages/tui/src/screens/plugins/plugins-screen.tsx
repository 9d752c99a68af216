import type { PluginInfo } from '@muster/api';
import { clamp, type FormField, formFields } from '@muster/sdk/ui';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openForm } from '../../overlays/form-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { createStore } from '../../state/store.ts';
import { openProviderMenu } from '../accounts/action-menu.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import { openViews } from '../views/views-menu.ts';
import { PluginsView } from './plugins-view.tsx';

/** Secret settings are sealed: an empty field keeps them. */
function settingFields(plugin: PluginInfo): FormField[] {
  return formFields(plugin.config, plugin.settings ?? {}).map((field) =>
    field.secret && plugin.settings !== null
      ? Object.assign({}, field, { required: false, initial: '', description: 'empty keeps what is sealed' })
      : field,
  );
}

function openPluginSettings(shell: Shell, plugin: PluginInfo): void {
  const fields = settingFields(plugin);
  if (fields.length === 0) return shell.notices.say(`${plugin.title} has no settings.`, 'warn');
  openForm(shell, {
    title: `Settings of ${plugin.title}`,
    crumb: plugin.id,
    fields,
    submitLabel: 'save',
    async submit(values) {
      const next = await shell.client.call('configurePlugin', { params: { plugin: plugin.id }, body: { ...values } });
      shell.live.plugins.update((plugins) => plugins.map((one) => (one.id === next.id ? next : one)));
      shell.notices.say(`saved the settings of ${next.title}`, 'good');
    },
  });
}

export function createPluginsScreen(shell: Shell): Screen {
  const cursor = createStore(0);
  const { plugins } = shell.live;
  const current = (): PluginInfo | undefined => plugins.get()[cursor.get()];
  const moveTo = (index: number): void => cursor.set(clamp(index, 0, Math.max(0, plugins.get().length - 1)));
  const notLoaded = (): string | undefined => {
    const plugin = current();
    if (plugin === undefined) return 'There is no plugin.';
    return plugin.state === 'loaded' ? undefined : `${plugin.title} did not load: the reason stands beside the list.`;
  };
  const withCurrent = (run: (plugin: PluginInfo) => void) => (): void => {
    const plugin = current();
    if (plugin) run(plugin);
  };
  const commands: Command[] = [
    ...listCommands('plugins', { move: (rows) => moveTo(cursor.get() + rows), moveTo, pageRows: () => 5 }),
    {
      id: 'plugins.settings',
      keys: ['enter', 'e', 'right'],
      title: 'its settings',
      short: 'settings',
      group: 'Act',
      disabledReason: notLoaded,
      run: withCurrent((plugin) => openPluginSettings(shell, plugin)),
    },
    {
      id: 'plugins.actions',
      keys: ['x'],
      title: 'its actions',
      short: 'actions',
      group: 'Act',
      disabledReason: notLoaded,
      run: withCurrent((plugin) => openProviderMenu(shell, plugin)),
    },
    {
      id: 'plugins.views',
      keys: ['V'],
      title: 'its pages',
      short: 'pages',
      group: 'See',
      when: () => (current()?.views.length ?? 0) > 0,
      headless: () => 'muster view',
      run: withCurrent((plugin) => openViews(shell, { plugin: plugin.id })),
    },
    {
      id: 'plugins.copy-command',
      keys: ['Y'],
      title: 'copy as a command',
      group: 'See',
      headless: () => 'muster plugin list',
      run() {
        if (shell.copy('muster plugin list')) shell.notices.say('copied: muster plugin list', 'good');
      },
    },
  ];
  return {
    id: 'plugins',
    commands,
    stores: [cursor, plugins],
    crumbs: () => ['plugins'],
    status: () => [{ text: ' a plugin that does not load stops nothing else', tone: 'faint' }],
    spoken() {
      const plugin = current();
      const total = plugins.get().length;
      const text =
        plugin && `${plugin.title} ${plugin.version}, ${plugin.state}${plugin.reason === null ? '' : `: ${plugin.reason}`}`;
      return { place: `Plugins. ${total}.`, item: text && itemOf(text, cursor.get(), total) };
    },
    view: (area) => <PluginsView shell={shell} cursor={cursor} {...area} />,
  };
}
