import type { PluginInfo } from '@muster/api';
import { type FormField, formFields } from '@muster/sdk/ui';
import { openForm } from '../../overlays/form-dialog.tsx';
import { openImport } from '../../overlays/import-dialog.tsx';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import type { AccountsModel } from './accounts-model.ts';

const DEMO_COUNT = 40;

/** Those with the most accounts first: they are meant more often. */
function byUse(shell: Shell): (a: PluginInfo, b: PluginInfo) => number {
  const tally = shell.live.tally.get();
  const accountsOf = ({ id }: PluginInfo): number =>
    tally.reduce((sum, { plugin, count }) => (plugin === id ? sum + count : sum), 0);
  return (a, b) => accountsOf(b) - accountsOf(a);
}

/** Runs at once where only one provider can; otherwise asks which. */
function withPlugin(shell: Shell, crumb: string, fits: (plugin: PluginInfo) => boolean, run: (plugin: PluginInfo) => void): void {
  const plugins = shell.live.plugins
    .get()
    .filter((plugin) => plugin.state === 'loaded' && fits(plugin))
    .toSorted(byUse(shell));
  const [only] = plugins;
  if (!only) return shell.notices.say('No provider is loaded that can do this; `muster plugin list` says why.', 'bad');
  if (plugins.length === 1) return run(only);
  openMenu(shell, {
    title: 'Which provider?',
    crumb,
    entries: plugins.map((plugin) => ({ title: plugin.title, aside: plugin.id, run: () => run(plugin) })),
  });
}

export function addAccount(shell: Shell): void {
  withPlugin(
    shell,
    'new',
    (plugin) => plugin.account !== null,
    (plugin) =>
      openForm(shell, {
        title: `New account · ${plugin.title}`,
        crumb: 'new',
        intro: 'Fields with * are needed. Secrets go to the sealed store and are never shown here again.',
        fields: formFields(plugin.account),
        submitLabel: 'add',
        async submit(data) {
          const account = await shell.client.call('addAccount', { body: { plugin: plugin.id, data: { ...data } } });
          shell.notices.say(`added ${account.label}`, 'good');
        },
      }),
  );
}

const EXTRA_SCHEMA = {
  type: 'object',
  properties: {
    tags: { type: 'array', items: { type: 'string' }, description: 'separated by commas' },
    priority: { type: 'integer', description: 'higher goes first, where the pool asks for it' },
  },
};

export function editAccount(shell: Shell, model: AccountsModel): void {
  const account = model.roster.current();
  if (!account) return;
  const plugin = shell.live.plugins.get().find(({ id }) => id === account.plugin);
  const sealed = (name: string): boolean => account.secretFields.includes(name);
  const own = formFields(plugin?.account, account.data).map((field): FormField =>
    field.secret && sealed(field.name)
      ? Object.assign({}, field, { required: false, initial: '', description: 'empty keeps what is sealed' })
      : field,
  );
  const extra = formFields(EXTRA_SCHEMA, { tags: account.tags, priority: account.priority });
  openForm(shell, {
    title: `Edit ${account.label}`,
    crumb: 'edit',
    fields: [...own, ...extra],
    submitLabel: 'save',
    async submit(values) {
      const { tags, priority, ...data } = values;
      const changed = Object.fromEntries(
        Object.entries(data).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(account.data[name])),
      );
      await shell.client.call('editAccount', {
        params: { id: account.id },
        body: {
          ...(Object.keys(changed).length > 0 ? { data: changed } : {}),
          tags: (tags as string[] | undefined) ?? [],
          priority: (priority as number | undefined) ?? 0,
        },
      });
      shell.notices.say(`saved ${account.label}`, 'good');
      model.roster.refresh();
    },
  });
}

export const importAccounts = (shell: Shell): void =>
  withPlugin(
    shell,
    'import',
    (plugin) => plugin.importOptions !== null,
    (plugin) => openImport(shell, plugin),
  );

/** Made-up accounts for one provider. */
export async function fillDemo(shell: Shell, plugin: string): Promise<void> {
  const { done } = await shell.client.call('loadDemo', { params: { plugin }, body: { count: DEMO_COUNT } });
  shell.notices.say(`${plural(done, 'made-up account')} on a simulator: x starts something with them`, 'good');
}

export const loadDemo = (shell: Shell): void =>
  withPlugin(
    shell,
    'demo',
    (plugin) => plugin.demo,
    (plugin) => shell.attempt(fillDemo(shell, plugin.id)),
  );
