import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { openProviderMenu } from '../accounts/action-menu.ts';
import type { Screen } from '../screen.ts';
import { openViews } from '../views/views-menu.ts';
import { lookOf } from './gateway-lines.ts';
import { createGatewayModel, type GatewayModel } from './gateway-model.ts';
import { GatewayView } from './gateway-view.tsx';

const CHROME_ROWS = 16;

function gatewayCommands(shell: Shell, model: GatewayModel): Command[] {
  const pluginOf = () => shell.live.plugins.get().find(({ id }) => id === model.rotation()?.plugin);
  const none = (): string | undefined => (model.rotation() ? undefined : 'No rotation is open.');
  return [
    ...listCommands('gateway', {
      move: model.move,
      moveTo: model.moveTo,
      pageRows: () => Math.max(1, shell.size.get().height - CHROME_ROWS),
    }),
    {
      id: 'gateway.open',
      keys: ['enter', 'right'],
      title: 'open the account',
      short: 'open',
      group: 'Move',
      disabledReason: () => (model.current() ? undefined : 'There is no account here.'),
      run() {
        const figure = model.current();
        if (figure) shell.showAccount(figure.id);
      },
    },
    {
      id: 'gateway.actions',
      keys: ['x'],
      title: 'actions of the provider',
      short: 'actions',
      group: 'Act',
      disabledReason: none,
      run() {
        const plugin = pluginOf();
        if (plugin) openProviderMenu(shell, plugin);
      },
    },
    {
      id: 'gateway.views',
      keys: ['V'],
      title: 'pages of the provider',
      short: 'pages',
      group: 'See',
      disabledReason: none,
      run: () => openViews(shell, { plugin: model.rotation()?.plugin ?? '' }),
    },
    {
      id: 'gateway.next',
      keys: ['tab'],
      title: 'the rotation of the next provider',
      short: 'next rotation',
      group: 'Find',
      when: () => (model.view.get().rotations?.length ?? 0) > 1,
      run: model.nextRotation,
    },
  ];
}

/** How requests are spread over accounts: what each still has, and when the others are back. */
export function createGatewayScreen(shell: Shell): Screen {
  const model = createGatewayModel(shell);
  return {
    id: 'gateway',
    commands: gatewayCommands(shell, model),
    stores: [model.view],
    crumbs: () => ['gateway', model.rotation()?.plugin].filter((part) => part !== undefined),
    status: () => [{ text: ' the gateway goes on serving when you leave', tone: 'faint' }],
    enter: model.refresh,
    spoken() {
      const rotation = model.rotation();
      const figure = model.current();
      if (!rotation) return { place: 'Gateway. No rotation is open.' };
      const { totals, limits } = rotation;
      const word = figure && lookOf(figure, limits.limit, shell.now()).word;
      return {
        place: `Gateway of ${rotation.plugin}. ${plural(totals.accounts, 'account')}, ${totals.free} free.`,
        item:
          figure &&
          itemOf(`${figure.label}, ${word}, ${figure.uses} of ${limits.limit} used`, model.view.get().cursor, totals.accounts),
      };
    },
    view: (area) => <GatewayView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
