import type { SessionRow } from '@muster/api';
import { type MenuEntry, openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { startAction } from '../accounts/action-menu.ts';
import type { Chosen } from '../accounts/marks.ts';

/** Each action that the account can take now, and why not the others. */
export function openSessionMenu(shell: Shell, { account, label }: SessionRow): void {
  const chosen: Chosen = { selection: { ids: [account] }, count: 1, name: label, flags: `--account ${account}` };
  const open = async (): Promise<void> => {
    const applicable = await shell.client.call('applicableActions', { body: { selection: chosen.selection } });
    const entries = applicable.map(({ plugin, action, title, can, cannot, dangerous }): MenuEntry => ({
      title: `${title}${dangerous ? ' …' : ''}`,
      disabledReason: can > 0 ? undefined : cannot.map(({ reason }) => reason).join(' · ') || 'it cannot take it now',
      run: () => startAction(shell, { plugin, action, chosen }),
    }));
    if (entries.length === 0) shell.notices.say(`There are no actions for ${label}.`, 'warn');
    else openMenu(shell, { title: `Actions on ${label}`, crumb: 'actions', entries });
  };
  shell.attempt(open());
}
