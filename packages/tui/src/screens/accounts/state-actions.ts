import { openConfirm } from '../../overlays/confirm.tsx';
import { openTypedConfirm } from '../../overlays/typed-confirm.tsx';
import { plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import type { AccountsModel } from './accounts-model.ts';
import { accountsOf } from './chosen-accounts.ts';
import { undoState } from './undo-state.ts';

type SettableState = 'paused' | 'ready' | 'retired';
const DONE: Record<SettableState, string> = { paused: 'paused', ready: 'made ready', retired: 'retired' };

/** Accounts named in a dialog before it says "and more". */
const NAMED = 6;

async function apply(shell: Shell, model: AccountsModel, state: SettableState): Promise<void> {
  const chosen = model.chosen();
  if (!chosen) return;
  const before = await accountsOf(shell.client, chosen);
  const { done } = await shell.client.call('setAccountState', { body: { selection: chosen.selection, state } });
  const undo = before && undoState(shell.client, before, state);
  if (undo && done > 0) shell.undo.push(undo);
  const way = undo && done > 0 ? ' · z takes it back' : '';
  shell.notices.say(`${plural(done, 'account')} ${DONE[state]}${way}`, done === 0 ? 'warn' : 'good');
  model.roster.refresh();
}

/** Pausing is undone by the same key; retiring asks first. */
export function setState(shell: Shell, model: AccountsModel, state: SettableState): void {
  const chosen = model.chosen();
  if (!chosen) return;
  if (state !== 'retired') return shell.attempt(apply(shell, model, state));
  openConfirm(shell, {
    title: `Retire ${chosen.name}?`,
    crumb: 'retire',
    text: 'They are taken out of use and keep their history and secrets. z takes it back, and p brings one back.',
    answers: [{ key: 'y', does: 'retire', run: () => shell.attempt(apply(shell, model, 'retired')) }],
    tone: 'warn',
  });
}

export function togglePause(shell: Shell, model: AccountsModel): void {
  const state = model.roster.current()?.state;
  setState(shell, model, state === 'paused' || state === 'retired' ? 'ready' : 'paused');
}

export function openDelete(shell: Shell, model: AccountsModel): void {
  const chosen = model.chosen();
  if (!chosen) return;
  const { marks } = model.view.get();
  const labels = marks.kind === 'some' && marks.ids.size > 0 ? [...marks.ids.values()] : [];
  const named = labels.slice(0, NAMED).join(', ') + (labels.length > NAMED ? ` and ${labels.length - NAMED} more` : '');
  const remove = async (): Promise<void> => {
    const { done } = await shell.client.call('removeAccounts', { body: { selection: chosen.selection } });
    model.unmark();
    model.roster.refresh();
    shell.notices.say(`${plural(done, 'account')} deleted`, 'good');
  };
  openTypedConfirm(shell, {
    title: `Delete ${plural(chosen.count, 'account')}?`,
    crumb: 'delete',
    text: [
      'This cannot be undone. The accounts, their sealed secrets and their data leave this machine.',
      ...(named === '' ? [chosen.count === 1 ? chosen.name : 'All that the filter finds.'] : [named]),
      'Kept: the audit log and the history of jobs. Wanted only to stop using them? Press R to retire instead.',
    ],
    expected: String(chosen.count),
    question: 'To delete, type how many:',
    run: () => shell.attempt(remove()),
    instead: { key: 'R', does: 'retire', run: () => setState(shell, model, 'retired') },
  });
}
