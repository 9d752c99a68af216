import type { Account } from '@muster/api';
import { openConfirm } from '../../overlays/confirm.tsx';
import type { Shell } from '../../shell.ts';

const go = (shell: Shell, account: string): void => shell.navigation.go({ screen: 'sessions', item: account });

/** From an account to its session; asks first where there is none open. */
export function openSessionOf(shell: Shell, { id, label }: Pick<Account, 'id' | 'label'>): void {
  const known = shell.live.sessions.get()?.sessions.find(({ account }) => account === id);
  if (known?.open) return go(shell, id);
  const open = async (): Promise<void> => {
    await shell.client.call('openSession', { params: { account: id }, body: {} });
    await shell.live.reload();
    go(shell, id);
  };
  openConfirm(shell, {
    title: `Open the session of ${label}?`,
    crumb: 'session',
    text: 'It comes back by itself, over restarts too, until it is closed. The account is kept for it meanwhile.',
    answers: [{ key: 'y', does: 'open it', run: () => shell.attempt(open()) }],
  });
}
