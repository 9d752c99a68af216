import type { Command } from '../keys/command.ts';
import type { Shell } from '../shell.ts';
import type { ScreenId } from '../state/navigation.ts';
import { createAccountsScreen } from './accounts/accounts-screen.tsx';
import type { AccountsModel } from './accounts/accounts-model.ts';
import { createGatewayScreen } from './gateway/gateway-screen.tsx';
import { createHelpScreen } from './help/help-screen.tsx';
import { createHomeScreen } from './home/home-screen.tsx';
import { createHooksScreen } from './hooks/hooks-screen.tsx';
import { createInboxScreen } from './inbox/inbox-screen.tsx';
import { createJobsScreen } from './jobs/jobs-screen.tsx';
import { createLogsScreen } from './logs/logs-screen.tsx';
import { createProxiesScreen } from './proxies/proxies-screen.tsx';
import { createPoolScreen } from './pool/pool-screen.tsx';
import { createPluginsScreen } from './plugins/plugins-screen.tsx';
import type { Screen } from './screen.ts';
import { createSessionsScreen } from './sessions/sessions-screen.tsx';
import { createSettingsScreen } from './settings/settings-screen.tsx';
import { createViewsScreen } from './views/views-screen.tsx';

export interface Screens {
  readonly byId: Readonly<Record<ScreenId, Screen>>;
  readonly accounts: AccountsModel;
  readonly close: () => void;
}

export interface ScreensOptions {
  readonly globals: () => readonly Command[];
  readonly run: (command: Command) => void;
}

/** All screens. Each is made once and keeps its state while another one is shown. */
export function createScreens(shell: Shell, { globals, run }: ScreensOptions): Screens {
  const accounts = createAccountsScreen(shell);
  const previous = (): { id: string; commands: readonly Command[] } => {
    const before = shell.navigation.history.get().before.findLast((place) => place.screen !== 'help');
    const screen = byId[before?.screen ?? 'home'];
    return { id: screen.id, commands: [...screen.commands, ...globals()] };
  };
  const byId: Record<ScreenId, Screen> = {
    home: createHomeScreen(shell, accounts.model),
    accounts,
    jobs: createJobsScreen(shell),
    sessions: createSessionsScreen(shell),
    pool: createPoolScreen(shell),
    gateway: createGatewayScreen(shell),
    views: createViewsScreen(shell),
    proxies: createProxiesScreen(shell),
    inbox: createInboxScreen(shell),
    logs: createLogsScreen(shell),
    plugins: createPluginsScreen(shell),
    hooks: createHooksScreen(shell),
    settings: createSettingsScreen(shell),
    help: createHelpScreen({ shell, previous, run }),
  };
  byId[shell.navigation.place().screen].enter?.();
  const stop = shell.navigation.history.subscribe(() => byId[shell.navigation.place().screen].enter?.());
  return {
    byId,
    accounts: accounts.model,
    close() {
      stop();
      for (const screen of Object.values(byId)) screen.close?.();
    },
  };
}
