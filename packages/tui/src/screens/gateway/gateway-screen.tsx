import type { PluginInfo } from '@muster/api';
import { latencyText } from '@muster/sdk';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import { openProviderMenu } from '../accounts/action-menu.ts';
import type { Screen } from '../screen.ts';
import { openViews } from '../views/views-menu.ts';
import { lookOf } from './figure-lines.ts';
import { tokenCommand } from './gateway-lines.ts';
import { createGatewayModel, type GatewayModel } from './gateway-model.ts';
import { GatewayView, openableOf, WIDE } from './gateway-view.tsx';
import { createGatewayOpener } from './open-gateway.ts';
import { openStrategies } from './strategy-menu.ts';

const CHROME_ROWS = 16;

type Opener = ReturnType<typeof createGatewayOpener>;

function gatewayCommands(shell: Shell, model: GatewayModel, opener: Opener): Command[] {
  const pluginOf = () => shell.live.plugins.get().find(({ id }) => id === model.rotation()?.plugin);
  const none = (): string | undefined => (model.rotation() ? undefined : 'No rotation is open.');
  const opened = (): string | undefined => model.rotation()?.urls[0];
  const openable = (): PluginInfo[] => {
    const all = openableOf(shell.live.plugins.get());
    const rotation = model.rotation();
    return rotation ? all.filter(({ id }) => id === rotation.plugin) : all;
  };
  const copy = (text: string): void => {
    if (shell.copy(text)) shell.notices.say(`copied: ${text}`, 'good');
    else shell.notices.say('Too long for the terminal’s clipboard.', 'warn');
  };
  const closed = (): string | undefined => (opened() === undefined ? 'It is not open: o opens it.' : undefined);
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
      id: 'gateway.start',
      keys: ['o'],
      title: 'open the gateway to clients',
      short: 'open it',
      group: 'Act',
      when: () => opened() === undefined && openable().length > 0,
      headless: () => openable().map(({ id, service }) => `muster run ${id}.${service?.opensBy ?? ''}`)[0],
      run() {
        const plugins = openable();
        const start = (plugin: PluginInfo): void => shell.attempt(opener.open(plugin));
        const [first, second] = plugins;
        if (first && !second) return start(first);
        const entries = plugins.map((plugin) => ({ title: plugin.title, run: () => start(plugin) }));
        openMenu(shell, { title: 'Open the gateway of', crumb: 'open', entries });
      },
    },
    {
      id: 'gateway.copy',
      keys: ['y'],
      title: 'copy its URL (works over ssh)',
      short: 'URL',
      group: 'See',
      when: () => model.rotation() !== undefined,
      disabledReason: closed,
      run: () => copy(opened() ?? ''),
    },
    {
      id: 'gateway.copy-token',
      keys: ['t'],
      title: 'copy the command that makes an API key for a client',
      short: 'key',
      group: 'See',
      run: () => copy(tokenCommand(model.rotation()?.plugin ?? openable()[0]?.id ?? 'gateway')),
    },
    {
      id: 'gateway.strategy',
      keys: ['s'],
      title: 'who is next: the strategy of the rotation',
      short: 'rotation',
      group: 'Act',
      disabledReason: () => none() ?? (pluginOf()?.service?.strategyIn === undefined ? 'It has no setting for that.' : undefined),
      headless() {
        const { id, service } = pluginOf() ?? {};
        return service?.strategyIn === undefined
          ? undefined
          : `muster plugin config ${id ?? ''} ${service.strategyIn}=least-used`;
      },
      run() {
        const plugin = pluginOf();
        const strategyIn = plugin?.service?.strategyIn;
        if (plugin && strategyIn !== undefined)
          openStrategies(shell, { plugin, strategyIn, now: model.rotation()?.strategy ?? '' });
      },
    },
    {
      id: 'gateway.requests',
      keys: ['l'],
      title: 'the last requests, or the accounts',
      short: 'requests',
      group: 'See',
      when: () => shell.size.get().width < WIDE && model.rotation() !== undefined,
      run: model.togglePane,
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
  const opener = createGatewayOpener(shell, model);
  return {
    id: 'gateway',
    commands: gatewayCommands(shell, model, opener),
    stores: [model.view],
    crumbs: () => ['gateway', model.rotation()?.plugin].filter((part) => part !== undefined),
    status: () =>
      model.rotation()?.urls[0] === undefined ? [] : [{ text: ' the gateway goes on serving when you leave', tone: 'faint' }],
    enter: model.refresh,
    spoken() {
      const rotation = model.rotation();
      const figure = model.current();
      if (!rotation) return { place: 'Gateway. No rotation is open.' };
      const { totals, latency, urls } = rotation;
      const word = figure && lookOf(figure, shell.now()).word;
      return {
        place:
          [
            `Gateway of ${rotation.plugin}`,
            urls[0] === undefined ? 'not open to clients' : `at ${urls[0]}`,
            `${plural(totals.accounts, 'account')}, ${totals.free} free`,
            latency === null ? 'no requests lately' : `${latencyText(latency.p50)} in the middle`,
          ].join('. ') + '.',
        item:
          figure &&
          itemOf(`${figure.label}, ${word}, ${figure.uses} of ${figure.limit} used`, model.view.get().cursor, totals.accounts),
      };
    },
    view: (area) => <GatewayView shell={shell} model={model} {...area} />,
    close() {
      opener.close();
      model.close();
    },
  };
}
