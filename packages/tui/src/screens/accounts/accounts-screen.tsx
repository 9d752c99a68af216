import type { Shell } from '../../shell.ts';
import type { Screen } from '../screen.ts';
import { accountsCommands, marksStatus } from './accounts-commands.ts';
import { createAccountsModel, type AccountsModel } from './accounts-model.ts';
import { AccountsScreen } from './accounts-view.tsx';
import { createDetailModel } from './detail-model.ts';
import { grouped, plural } from '../../parts/format.ts';
import { sayAccount } from '../../spoken/describe.ts';
import { itemOf } from '../../spoken/spoken.ts';
import { messageOf } from '../../state/message-of.ts';
import { countMarks } from './marks.ts';

const FILTER_HINTS = [
  ['enter', 'filter'],
  ['esc', 'as before'],
  ['', 'state:failed · !tag:vip · used>2d · try>=3 · /regex/ · words'],
] as const;

export function createAccountsScreen(shell: Shell): Screen & { readonly model: AccountsModel } {
  const model = createAccountsModel(shell);
  const detail = createDetailModel(shell, model.roster);
  return {
    id: 'accounts',
    model,
    commands: accountsCommands(shell, model, detail),
    stores: [model.view, model.roster.view, model.proxies, detail.view],
    crumbs: () => {
      const { plugin } = model.view.get();
      const label = shell.navigation.place().item === undefined ? undefined : model.roster.current()?.label;
      return ['accounts', plugin, label].filter((part) => part !== undefined);
    },
    status: () => [{ text: marksStatus(model), tone: 'accent' }],
    capture: model.typeFilter,
    hints: () => (model.view.get().editing === null ? undefined : FILTER_HINTS),
    back() {
      const { filter, states, plugin, marks, anchor } = model.view.get();
      if (shell.navigation.place().item !== undefined) return false;
      if (anchor !== null || countMarks(marks) > 0) model.unmark();
      else if (filter !== '' || states !== 'all' || plugin !== undefined) model.showPlugin(undefined);
      else return false;
      return true;
    },
    spoken() {
      const { editing, filter, plugin } = model.view.get();
      const { total, cursor, error } = model.roster.view.get();
      const account = model.roster.current();
      const marked = countMarks(model.view.get().marks);
      const scope = [plugin, filter === '' ? '' : `filter ${filter}`].filter(Boolean).join(', ');
      const opened = shell.navigation.place().item === undefined ? 'Accounts' : 'Account';
      if (editing !== null)
        return { place: 'Filter. Enter takes it, escape leaves it.', typed: { label: 'Filter', text: editing.text } };
      if (error !== null) return { place: `Accounts. ${messageOf(error)}` };
      if (total < 0) return { place: 'Accounts.' };
      const facts =
        opened === 'Account' && account
          ? Object.entries(account.data)
              .map(([name, value]) => `${name} ${String(value)}`)
              .join(', ')
          : '';
      return {
        place: `${opened}${scope === '' ? '' : `, ${scope}`}. ${plural(total, 'account')}${marked > 0 ? `, ${grouped(marked)} marked` : ''}.`,
        item: account ? itemOf([sayAccount(account), facts].filter(Boolean).join('. '), cursor, total) : undefined,
      };
    },
    view: (area) => <AccountsScreen shell={shell} model={model} detail={detail} {...area} />,
    close() {
      detail.close();
      model.close();
    },
  };
}
