import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import type { Shell } from '../../shell.ts';
import { grouped } from '../../parts/format.ts';
import { openColumns } from './columns-menu.ts';
import { openTags } from './edit-tags.ts';
import { retryLastFailed } from './retry-action.ts';
import { openActionMenu } from './action-menu.ts';
import { addAccount, editAccount, importAccounts, loadDemo } from './add-accounts.ts';
import type { AccountsModel } from './accounts-model.ts';
import { countMarks, shellWord } from './marks.ts';
import { setState, togglePause, openDelete } from './state-actions.ts';
import type { DetailModel } from './detail-model.ts';
import { chooseProxy } from '../proxies/change-proxies.ts';
import { openSessionOf } from '../sessions/open-session-of.ts';
import { openViews } from '../views/views-menu.ts';

export function accountsCommands(shell: Shell, model: AccountsModel, detail: DetailModel): Command[] {
  const { roster } = model;
  const isEmpty = (): boolean => roster.view.get().total <= 0;
  /** Nothing was asked for either: there are no accounts at all. */
  const isNew = (): boolean => isEmpty() && roster.view.get().query.where === '' && model.view.get().plugin === undefined;
  const hasRows = (): boolean => !isEmpty();
  const needsOne = (): string | undefined => (model.chosen() ? undefined : 'There is no account here.');
  const flags = (): string => model.chosen()?.flags ?? '--where …';
  const where = (): string => {
    const query = roster.view.get().query.where;
    return query === '' ? '' : ` --where ${shellWord(query)}`;
  };
  const copyLabel = (): void => {
    const account = roster.current();
    if (account && shell.copy(account.label)) shell.notices.say(`copied ${account.label}`, 'good');
  };
  const copyCommand = (): void => {
    const command = `muster accounts list${where()}`;
    if (shell.copy(command)) shell.notices.say(`copied: ${command}`, 'good');
    else shell.notices.say('Too long for the terminal’s clipboard.', 'warn');
  };
  const reveal = (): void => {
    const account = roster.current();
    if (!account) return;
    if (account.secretFields.length === 0) return shell.notices.say(`${account.label} has no secrets.`, 'warn');
    shell.attempt(
      detail.reveal(account).then(() => shell.notices.say('shown for 5 seconds; the audit log says who looked', 'warn')),
    );
  };

  const pluginOf = () => shell.live.plugins.get().find(({ id }) => id === roster.current()?.plugin);
  const viewsOf = () => pluginOf()?.views ?? [];

  return [
    ...listCommands('accounts', { move: roster.move, moveTo: roster.moveTo, pageRows: () => roster.view.get().height - 1 }),
    {
      id: 'accounts.open',
      keys: ['enter', 'right'],
      title: 'open the account',
      short: 'open',
      group: 'Move',
      when: () => hasRows() && shell.navigation.place().item === undefined,
      headless: () => `muster accounts show ${shellWord(roster.current()?.id ?? '<id>')}`,
      run: () => shell.navigation.go({ screen: 'accounts', item: 'detail' }),
    },
    { id: 'accounts.mark', keys: ['space'], title: 'mark', short: 'mark', group: 'Choose', when: hasRows, run: model.mark },
    { id: 'accounts.range', keys: ['v'], title: 'mark a range', group: 'Choose', when: hasRows, run: model.range },
    {
      id: 'accounts.mark-all',
      keys: ['a'],
      title: 'mark all that the filter finds',
      group: 'Choose',
      when: hasRows,
      run: model.markAll,
    },
    { id: 'accounts.unmark', keys: ['u'], title: 'unmark all', group: 'Choose', when: hasRows, run: model.unmark },
    {
      id: 'accounts.actions',
      keys: ['x'],
      title: 'all actions, with reasons',
      short: 'actions',
      group: 'Act',
      when: hasRows,
      disabledReason: needsOne,
      headless: () => `muster run <provider>.<action> ${flags()}`,
      run: () => openActionMenu(shell, model),
    },
    {
      id: 'accounts.pause',
      keys: ['p'],
      title: 'pause, or make ready again',
      short: 'pause',
      group: 'Act',
      when: hasRows,
      disabledReason: needsOne,
      headless: () => `muster accounts disable ${flags()}`,
      run: () => togglePause(shell, model),
    },
    {
      id: 'accounts.filter',
      keys: ['/'],
      title: 'filter this list',
      short: 'filter',
      group: 'Find',
      headless: () => `muster accounts list${where()}`,
      run: model.startFilter,
    },
    {
      id: 'accounts.tags',
      keys: ['t'],
      title: 'tags: add, take away',
      short: 'tags',
      group: 'Act',
      when: hasRows,
      disabledReason: needsOne,
      headless: () => `muster accounts edit ${roster.current()?.id ?? '<id>'} --tag …`,
      run: () => openTags(shell, model),
    },
    {
      id: 'accounts.proxy',
      keys: ['o'],
      title: 'the proxy they come back to',
      group: 'Act',
      when: hasRows,
      disabledReason: needsOne,
      headless: () => `muster proxies assign <proxy> ${flags()}`,
      run() {
        const chosen = model.chosen();
        if (chosen) shell.attempt(chooseProxy(shell, chosen));
      },
    },
    {
      id: 'accounts.retry',
      keys: ['r'],
      title: 'run again what failed last',
      group: 'Act',
      when: hasRows,
      disabledReason: needsOne,
      run: () => retryLastFailed(shell, model),
    },
    {
      id: 'accounts.edit',
      keys: ['e'],
      title: 'edit',
      short: 'edit',
      group: 'Act',
      when: hasRows,
      headless: () => `muster accounts edit ${roster.current()?.id ?? '<id>'}`,
      run: () => editAccount(shell, model),
    },
    {
      id: 'accounts.retire',
      keys: ['R'],
      title: 'retire: out of use, history kept',
      group: 'Act',
      dangerous: true,
      when: hasRows,
      disabledReason: needsOne,
      run: () => setState(shell, model, 'retired'),
    },
    {
      id: 'accounts.delete',
      keys: ['D'],
      title: 'delete with secrets (asks for the number)',
      group: 'Act',
      dangerous: true,
      when: hasRows,
      disabledReason: needsOne,
      headless: () => `muster accounts remove ${flags()}`,
      run: () => openDelete(shell, model),
    },
    { id: 'accounts.states', keys: ['f'], title: 'all, problems, needs you', group: 'Find', run: model.cycleStates },
    { id: 'accounts.sort', keys: ['s'], title: 'sort', short: 'sort', group: 'See', run: model.cycleSort },
    { id: 'accounts.columns', keys: ['c'], title: 'columns', group: 'See', run: () => openColumns(shell, model) },
    {
      id: 'accounts.detail',
      keys: ['d'],
      title: 'the account beside the list, or the list alone',
      group: 'See',
      when: hasRows,
      run: model.toggleDetail,
    },
    {
      id: 'accounts.history',
      keys: ['h'],
      title: 'history of this account',
      group: 'See',
      when: hasRows,
      headless: () => `muster events --account ${roster.current()?.id ?? '<id>'}`,
      run: detail.toggleWhole,
    },
    {
      id: 'accounts.add',
      keys: ['n'],
      title: 'new account',
      short: 'new',
      group: 'Act',
      headless: () => 'muster accounts add <provider>',
      run: () => addAccount(shell),
    },
    {
      id: 'accounts.import',
      keys: ['I'],
      title: 'import a file',
      short: 'import',
      group: 'Act',
      headless: () => 'muster import <provider> <file> --dry-run',
      run: () => importAccounts(shell),
    },
    {
      id: 'accounts.demo',
      keys: ['d'],
      title: 'try the demo',
      short: 'demo',
      group: 'Act',
      when: isNew,
      run: () => loadDemo(shell),
    },
    {
      id: 'accounts.views',
      keys: ['V'],
      title: 'pages of the account and its provider',
      short: 'pages',
      group: 'See',
      when: () => viewsOf().length > 0,
      headless: () => 'muster view',
      run() {
        const account = roster.current();
        if (account) openViews(shell, { plugin: account.plugin, account });
      },
    },
    {
      id: 'accounts.session',
      keys: ['L'],
      title: 'its session: link, history, code',
      short: 'session',
      group: 'Act',
      when: () => pluginOf()?.sessions === true,
      headless: () => `muster sessions qr ${shellWord(roster.current()?.label ?? '<account>')}`,
      run() {
        const account = roster.current();
        if (account) openSessionOf(shell, account);
      },
    },
    { id: 'accounts.reveal', keys: ['S'], title: 'show its secrets for 5 s (audited)', group: 'See', when: hasRows, run: reveal },
    { id: 'accounts.copy', keys: ['y'], title: 'copy the name (works over ssh)', group: 'See', when: hasRows, run: copyLabel },
    { id: 'accounts.copy-command', keys: ['Y'], title: 'copy this list as a command', group: 'See', run: copyCommand },
  ];
}

export const marksStatus = (model: AccountsModel): string => {
  const { marks, anchor } = model.view.get();
  if (anchor !== null) return ' marking a range: move, then v or space ends it';
  const count = countMarks(marks);
  if (count === 0) return '';
  return ` ${grouped(count)} marked${marks.kind === 'all' ? ' (all that the filter finds)' : ''} · x acts on them · u unmarks`;
};
