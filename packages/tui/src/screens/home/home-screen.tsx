import type { PluginInfo } from '@muster/api';
import { clamp } from '@muster/sdk/ui';
import { createStore, type Store } from '../../state/store.ts';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { sayJob, sayPrompt } from '../../spoken/describe.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { grouped, plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import type { AccountsModel } from '../accounts/accounts-model.ts';
import { openProviderMenu } from '../accounts/action-menu.ts';
import { addAccount, importAccounts, fillDemo, loadDemo } from '../accounts/add-accounts.ts';
import type { Screen } from '../screen.ts';
import { spokenSession } from '../sessions/session-lines.ts';
import { sessionsForPeople } from '../sessions/session-looks.ts';
import { openViews } from '../views/views-menu.ts';
import { HOME_PANELS, type HomePanel, type HomeState } from './home-state.ts';
import { HomeView } from './home-view.tsx';
import { providersOf } from './providers.ts';

const rowsOf = (shell: Shell, panel: HomePanel): number => {
  if (panel === 'providers') return providersOf(shell.live.plugins.get(), shell.live.tally.get()).length;
  if (panel === 'running') return shell.live.jobs.get().length;
  return shell.live.prompts.get().length + sessionsForPeople(shell.live).length;
};

function open(shell: Shell, accounts: AccountsModel, { panel, cursor }: HomeState): void {
  const at = cursor[panel];
  if (panel === 'providers') {
    const provider = providersOf(shell.live.plugins.get(), shell.live.tally.get())[at];
    accounts.showPlugin(provider?.id);
    return shell.navigation.go({ screen: 'accounts' });
  }
  if (panel === 'needs') {
    const prompts = shell.live.prompts.get();
    const session = sessionsForPeople(shell.live)[at - prompts.length];
    if (session) return shell.navigation.go({ screen: 'sessions', item: session.account });
    const prompt = prompts[at];
    return shell.navigation.go({ screen: 'inbox', ...(prompt ? { item: prompt.id } : {}) });
  }
  const job = shell.live.jobs.get()[at];
  shell.navigation.go({ screen: 'jobs', ...(job ? { item: job.id } : {}) });
}

function homeCommands(shell: Shell, accounts: AccountsModel, state: Store<HomeState>): Command[] {
  const moveTo = (index: number): void =>
    state.update(({ panel, cursor }) => ({
      panel,
      cursor: { ...cursor, [panel]: clamp(index, 0, Math.max(0, rowsOf(shell, panel) - 1)) },
    }));
  const turn = (step: number): void =>
    state.update(({ panel, cursor }) => {
      const at = (HOME_PANELS.indexOf(panel) + step + HOME_PANELS.length) % HOME_PANELS.length;
      return { cursor, panel: HOME_PANELS[at] as HomePanel };
    });
  const here = (): number => state.get().cursor[state.get().panel];
  const current = (): PluginInfo | undefined => {
    if (state.get().panel !== 'providers') return undefined;
    const id = providersOf(shell.live.plugins.get(), shell.live.tally.get())[here()]?.id;
    return shell.live.plugins.get().find((one) => one.id === id);
  };
  const noAccounts = (): boolean => shell.live.tally.get().length === 0;
  /** The provider under the pointer, when it has no account yet. */
  const untried = (): PluginInfo | undefined => {
    const plugin = current();
    return plugin?.demo && !shell.live.tally.get().some((one) => one.plugin === plugin.id) ? plugin : undefined;
  };
  return [
    ...listCommands('home', { move: (rows) => moveTo(here() + rows), moveTo, pageRows: () => 5 }),
    {
      id: 'home.open',
      keys: ['enter', 'right'],
      title: 'open',
      short: 'open',
      group: 'Move',
      run: () => open(shell, accounts, state.get()),
    },
    { id: 'home.next', keys: ['tab'], title: 'next panel', short: 'next panel', group: 'Move', run: () => turn(1) },
    { id: 'home.previous', keys: ['shift-tab'], title: 'previous panel', group: 'Move', run: () => turn(-1) },
    {
      id: 'home.actions',
      keys: ['x'],
      title: 'actions of the provider',
      short: 'actions',
      group: 'Act',
      when: () => state.get().panel === 'providers',
      headless: () => 'muster run <provider>.<action>',
      run() {
        const plugin = current();
        if (plugin) openProviderMenu(shell, plugin);
      },
    },
    {
      id: 'home.views',
      keys: ['V'],
      title: 'pages of the provider',
      short: 'pages',
      group: 'See',
      when: () => (current()?.views.length ?? 0) > 0,
      headless: () => 'muster view',
      run() {
        const plugin = current();
        if (plugin) openViews(shell, { plugin: plugin.id });
      },
    },
    { id: 'home.add', keys: ['n'], title: 'new account', group: 'Act', run: () => addAccount(shell) },
    { id: 'home.import', keys: ['I'], title: 'import a file', short: 'import', group: 'Act', run: () => importAccounts(shell) },
    {
      id: 'home.demo',
      keys: ['d'],
      title: 'try the demo',
      short: 'try the demo',
      group: 'Act',
      when: () => noAccounts() || untried() !== undefined,
      run() {
        const plugin = noAccounts() ? undefined : untried();
        if (plugin) shell.attempt(fillDemo(shell, plugin.id));
        else loadDemo(shell);
      },
    },
  ];
}

export function createHomeScreen(shell: Shell, accounts: AccountsModel): Screen {
  const state = createStore<HomeState>({ panel: 'providers', cursor: { providers: 0, needs: 0, running: 0 } });
  return {
    id: 'home',
    commands: homeCommands(shell, accounts, state),
    stores: [state, shell.live.tally, shell.live.prompts, shell.live.sessions],
    crumbs: () => ['home'],
    status: () => {
      const total = shell.live.tally.get().reduce((sum, { count }) => sum + count, 0);
      return [
        {
          text:
            total === 0
              ? ' no accounts yet: d tries the demo, I imports a file'
              : ` ${grouped(total)} accounts · all times local`,
          tone: 'faint',
        },
      ];
    },
    spoken() {
      const { panel, cursor } = state.get();
      const at = cursor[panel];
      const place = { providers: 'Home, providers.', needs: 'Home, what needs you.', running: 'Home, jobs.' }[panel];
      const provider = panel === 'providers' ? providersOf(shell.live.plugins.get(), shell.live.tally.get())[at] : undefined;
      const prompt = panel === 'needs' ? shell.live.prompts.get()[at] : undefined;
      const session = panel === 'needs' ? sessionsForPeople(shell.live)[at - shell.live.prompts.get().length] : undefined;
      const job = panel === 'running' ? shell.live.jobs.get()[at] : undefined;
      const text = provider
        ? `${provider.title}, ${plural(provider.total, 'account')}${Object.entries(provider.counts)
            .map(([name, count]) => `, ${count} ${name}`)
            .join('')}${provider.reason === null ? '' : `, did not load: ${provider.reason}`}`
        : prompt
          ? sayPrompt(prompt, shell.now())
          : session
            ? spokenSession(session, shell.now())
            : job
              ? sayJob(job)
              : 'nothing here';
      return { place, item: itemOf(text, at, Math.max(1, rowsOf(shell, panel))) };
    },
    view: (area) => <HomeView shell={shell} state={state} {...area} />,
  };
}
