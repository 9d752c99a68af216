import { hookTargetText, type Hook } from '@muster/api';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openConfirm } from '../../overlays/confirm.tsx';
import type { Shell } from '../../shell.ts';
import { shellWord } from '../accounts/marks.ts';
import { addHook } from './add-hook.ts';
import type { HooksModel } from './hooks-model.ts';

export function hooksCommands(shell: Shell, model: HooksModel, pageRows: () => number): Command[] {
  const hasOne = (): boolean => model.current() !== undefined;
  const name = (): string => {
    const hook = model.current();
    return hook ? shellWord(hook.name) : '<hook>';
  };
  const on = (work: (hook: Hook) => Promise<unknown>) => (): void => {
    const hook = model.current();
    if (hook) shell.attempt(work(hook).finally(model.refresh));
  };
  const test = async ({ id, name: called }: Hook): Promise<void> => {
    shell.notices.say(`sending a made-up event to ${called} …`);
    const { ok, outcome } = await shell.client.call('testHook', { params: { id } });
    shell.notices.say(`${called}: ${ok ? 'it arrived' : 'it did not arrive'}: ${outcome}`, ok ? 'good' : 'bad');
  };
  const reveal = async ({ id, name: called }: Hook): Promise<void> => {
    const { target } = await shell.client.call('revealHook', { params: { id } });
    openConfirm(shell, {
      title: called,
      crumb: 'address',
      text: `${hookTargetText(target)}   (the audit log says who looked)`,
      answers: [{ key: 'enter', does: 'hide it', run: () => undefined }],
    });
  };
  const toggle = async ({ id, name: called, enabled }: Hook): Promise<void> => {
    await shell.client.call('editHook', { params: { id }, body: { enabled: !enabled } });
    shell.notices.say(`${called}: ${enabled ? 'off: told nothing more' : 'on: told again from now on'}`, 'good');
  };
  const remove = async ({ id, name: called }: Hook): Promise<void> => {
    await shell.client.call('removeHook', { params: { id } });
    shell.notices.say(`removed ${called}`, 'good');
  };
  return [
    ...listCommands('hooks', { move: model.move, moveTo: model.moveTo, pageRows }),
    {
      id: 'hooks.add',
      keys: ['n'],
      title: 'new: a webhook, a command or mail',
      short: 'new',
      group: 'Act',
      headless: () => 'muster hooks add webhook <url>',
      run: () => addHook(shell),
    },
    {
      id: 'hooks.test',
      keys: ['t'],
      title: 'send a made-up event now',
      short: 'test',
      group: 'Act',
      when: hasOne,
      headless: () => `muster hooks test ${name()}`,
      run: on(test),
    },
    {
      id: 'hooks.reveal',
      keys: ['S'],
      title: 'show the whole address or command (audited)',
      group: 'See',
      when: hasOne,
      headless: () => `muster hooks show ${name()} --show-secrets`,
      run: on(reveal),
    },
    {
      id: 'hooks.toggle',
      keys: ['p', 'space'],
      title: 'switch off, or on again',
      short: 'on/off',
      group: 'Act',
      when: hasOne,
      headless: () => `muster hooks ${model.current()?.enabled === false ? 'enable' : 'disable'} ${name()}`,
      run: on(toggle),
    },
    {
      id: 'hooks.remove',
      keys: ['D'],
      title: 'remove, with what waits for it',
      short: 'remove',
      group: 'Act',
      dangerous: true,
      when: hasOne,
      headless: () => `muster hooks remove ${name()}`,
      run() {
        const hook = model.current();
        if (!hook) return;
        openConfirm(shell, {
          title: `Remove ${hook.name}?`,
          crumb: 'remove',
          text: 'What waits for it goes too, and its key. Switching it off (p) keeps both.',
          answers: [{ key: 'y', does: 'remove it', run: () => shell.attempt(remove(hook).finally(model.refresh)) }],
          tone: 'warn',
        });
      },
    },
  ];
}
