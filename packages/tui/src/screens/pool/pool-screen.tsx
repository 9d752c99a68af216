import type { ActionInfo } from '@muster/api';
import { formFields } from '@muster/sdk/ui';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openForm } from '../../overlays/form-dialog.tsx';
import { grouped, plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { openProviderMenu, startAction } from '../accounts/action-menu.ts';
import { importAccounts } from '../accounts/add-accounts.ts';
import type { Screen } from '../screen.ts';
import { foretell } from './foretell.ts';
import { createPoolModel, type PoolModel } from './pool-model.ts';
import { PoolView } from './pool-view.tsx';

/** Actions over a pool that have a key of their own here, where a plugin declares them. */
const KEYED: readonly (readonly [action: string, key: string, title: string])[] = [
  ['allocate', 'n', 'allocate: hand out the next ones'],
  ['release', 'r', 'release: take accounts back'],
  ['swap', 's', 'swap one of a file for the next'],
];

const FORECAST = {
  type: 'object',
  required: ['count'],
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 100_000, description: 'how many accounts' },
    minRank: { type: 'integer', description: 'lowest' },
    maxRank: { type: 'integer', description: 'highest' },
  },
};

function openForecast(shell: Shell, model: PoolModel): void {
  const plugin = model.plugin();
  const rank = plugin?.rank ?? 'rank';
  openForm(shell, {
    title: 'When will so many be ready?',
    crumb: 'forecast',
    intro: `If nobody takes or gives back any. minRank and maxRank are bounds of the ${rank}.`,
    fields: formFields(FORECAST, { ...model.view.get().wanted }),
    submitLabel: 'tell',
    async submit(values) {
      const { count, minRank, maxRank } = values as { count: number; minRank?: number; maxRank?: number };
      await model.askForecast({ count, ...(minRank !== undefined && { minRank }), ...(maxRank !== undefined && { maxRank }) });
    },
  });
}

function poolCommands(shell: Shell, model: PoolModel): Command[] {
  const actionOf = (name: string): ActionInfo | undefined =>
    model.plugin()?.actions.find((action) => action.name === name && action.scope === 'plugin');
  const keyed = KEYED.map(([name, key, title]): Command => ({
    id: `pool.${name}`,
    keys: [key],
    title,
    short: name,
    group: 'Act',
    when: () => actionOf(name) !== undefined,
    headless: () => `muster run ${model.plugin()?.id ?? '<provider>'}.${name}`,
    run() {
      const plugin = model.plugin();
      if (!plugin) return;
      const shown = name === 'allocate' && {
        foretell: (input: Readonly<Record<string, unknown>>) => foretell(shell, plugin, input),
      };
      startAction(shell, { plugin: plugin.id, action: name, ...shown });
    },
  }));
  return [
    ...listCommands('pool', { move: model.move, moveTo: model.moveTo, pageRows: () => 10 }),
    ...keyed,
    {
      id: 'pool.forecast',
      keys: ['f'],
      title: 'forecast: when will so many be ready',
      short: 'forecast',
      group: 'See',
      headless: () => `muster run ${model.plugin()?.id ?? '<provider>'}.forecast --count ${model.view.get().wanted.count}`,
      run: () => openForecast(shell, model),
    },
    {
      id: 'pool.actions',
      keys: ['x'],
      title: 'actions of the provider',
      short: 'actions',
      group: 'Act',
      run() {
        const plugin = model.plugin();
        if (plugin) openProviderMenu(shell, plugin);
      },
    },
    { id: 'pool.import', keys: ['I'], title: 'import a file', short: 'import', group: 'Act', run: () => importAccounts(shell) },
    {
      id: 'pool.open',
      keys: ['enter', 'right'],
      title: 'open the account',
      short: 'open',
      group: 'Move',
      disabledReason: () => (model.current() ? undefined : 'Nobody is ready.'),
      run() {
        const account = model.current();
        if (account) shell.showAccount(account.id);
      },
    },
    {
      id: 'pool.next',
      keys: ['tab'],
      title: 'the pool of the next provider',
      short: 'next pool',
      group: 'Find',
      run: () => model.nextPlugin(),
    },
  ];
}

export function createPoolScreen(shell: Shell): Screen {
  const model = createPoolModel(shell);
  return {
    id: 'pool',
    commands: poolCommands(shell, model),
    stores: [model.view, shell.live.plugins],
    crumbs: () => ['pool', model.plugin()?.id ?? '—'],
    status: () => [{ text: ' least recently used first; what comes back goes to the end', tone: 'faint' }],
    enter: model.refresh,
    spoken() {
      const { stats, next, cursor } = model.view.get();
      const account = model.current();
      const place = stats
        ? `Pool. ${plural(stats.states.ready, 'account')} ready, ${grouped(stats.states.cooling)} at rest, ${grouped(
            stats.owners.reduce((sum, { count }) => sum + count, 0),
          )} handed out.`
        : 'Pool.';
      return { place, item: account && itemOf(account.label, cursor, next.length) };
    },
    view: (area) => <PoolView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
