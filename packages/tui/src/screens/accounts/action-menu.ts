import type { ActionInfo, Applicability, PluginInfo, Selection } from '@muster/api';
import { formFields } from '@muster/sdk/ui';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openForm } from '../../overlays/form-dialog.tsx';
import { type MenuEntry, openMenu } from '../../overlays/menu-dialog.tsx';
import { openTypedConfirm } from '../../overlays/typed-confirm.tsx';
import { grouped, plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { chooseProxy } from '../proxies/change-proxies.ts';
import { openClockForm } from '../jobs/clock-form.ts';
import { editAccount } from './add-accounts.ts';
import { allOf } from './chosen-accounts.ts';
import type { AccountsModel } from './accounts-model.ts';
import { type Chosen, shellWord } from './marks.ts';
import { openTags } from './edit-tags.ts';
import { openDelete, setState } from './state-actions.ts';

type Applicable = Applicability[number];

/** `3 can, 1 can not`. */
function canText({ can, cannot }: Pick<Applicable, 'can' | 'cannot'>): string {
  const not = cannot.reduce((sum, { count }) => sum + count, 0);
  return not === 0 ? `${grouped(can)} can` : `${grouped(can)} can, ${grouped(not)} can not`;
}

const reasons = ({ cannot }: Applicable): string => cannot.map(({ reason, count }) => `${grouped(count)}: ${reason}`).join(' · ');

/** Values of a form as flags of `muster run`. */
export function inputFlags(input: Readonly<Record<string, unknown>>): string {
  const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return Object.entries(input)
    .map(([name, value]) =>
      value === true
        ? flag(name)
        : value === false
          ? ''
          : `${flag(name)} ${shellWord(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .filter((part) => part !== '')
    .join(' ');
}

const actionOf = (shell: Shell, plugin: string, name: string): ActionInfo | undefined =>
  shell.live.plugins
    .get()
    .find(({ id }) => id === plugin)
    ?.actions.find((action) => action.name === name);

export interface ActionTarget {
  readonly plugin: string;
  readonly action: string;
  readonly chosen?: Chosen;
  readonly byClock?: boolean;
  /** What it would do, in sentences: shown first, and started by a key of its own. */
  readonly foretell?: (input: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Asks for the input, then for a typed word where the action cannot be undone, and starts the job. */
export function startAction(shell: Shell, target: ActionTarget): void {
  const { plugin, action: name, chosen, byClock = false, foretell } = target;
  const action = actionOf(shell, plugin, name);
  if (!action) return shell.notices.say(`${plugin} has no action ${name}.`, 'bad');
  // The rest of the marked may belong to other providers: the job is for this one's.
  const selection: Selection | undefined = chosen && { ...chosen.selection, plugin };
  const start = async (input: Readonly<Record<string, unknown>>): Promise<void> => {
    const job = await shell.client.call('runAction', {
      params: { plugin, action: name },
      body: { input: { ...input }, ...(selection === undefined ? {} : { selection }) },
    });
    shell.notices.say(`started ${job.title}`, 'good');
    shell.navigation.go({ screen: 'jobs', item: job.id });
  };
  const plan = (input: Readonly<Record<string, unknown>>): void =>
    openClockForm(shell, {
      plugin,
      action: name,
      input,
      ...(selection === undefined ? {} : { selection }),
      title: chosen ? `${action.title} · ${chosen.name}` : action.title,
      flags: [chosen?.flags, inputFlags(input)].filter(Boolean).join(' '),
    });
  const go = async (input: Readonly<Record<string, unknown>>): Promise<void> => (byClock ? plan(input) : start(input));
  const run = async (input: Readonly<Record<string, unknown>>): Promise<void> => {
    if (foretell) {
      const text = await foretell(input);
      const answers = [{ key: 'y', does: action.title.toLowerCase(), run: () => shell.attempt(go(input)) }];
      return openConfirm(shell, { title: `${action.title} · dry run`, crumb: 'dry run', text, answers });
    }
    if (!action.dangerous) return go(input);
    openTypedConfirm(shell, {
      title: `${action.title}?`,
      crumb: name,
      text: [`This cannot be undone. ${chosen ? `It works on ${chosen.name}.` : ''}`],
      expected: String(chosen?.count ?? 1),
      question: chosen ? 'To go on, type how many:' : 'To go on, type 1:',
      run: () => shell.attempt(go(input)),
    });
  };
  const fields = formFields(action.input);
  if (fields.length === 0) return shell.attempt(run({}));
  openForm(shell, {
    title: chosen ? `${action.title} · ${chosen.name}` : action.title,
    crumb: name,
    ...(action.description === null ? {} : { intro: action.description }),
    fields,
    submitLabel: byClock ? 'choose when' : 'start',
    submit: run,
    ...(byClock || action.dangerous ? {} : { other: { key: 'ctrl-t', does: 'by the clock', run: plan } }),
    headless: (input) =>
      [byClock ? 'muster schedules add' : 'muster run', `${plugin}.${name}`, chosen?.flags ?? '', inputFlags(input)]
        .filter(Boolean)
        .join(' '),
  });
}

/** Actions over the provider as a whole: they take accounts from the pool by themselves. */
const pluginEntries = (shell: Shell, plugin: PluginInfo): MenuEntry[] =>
  plugin.actions
    .filter(({ scope }) => scope === 'plugin')
    .map(({ name, title, dangerous }) => ({
      title: `${title}${dangerous ? ' …' : ''}`,
      aside: 'the pool chooses',
      group: plugin.title,
      run: () => startAction(shell, { plugin: plugin.id, action: name }),
    }));

/** What can be done with one provider: its own actions, and those over all of its accounts. */
export function openProviderMenu(shell: Shell, plugin: PluginInfo): void {
  const chosen = allOf(shell, plugin.id);
  const { count } = chosen;
  const overAccounts = plugin.actions
    .filter(({ scope }) => scope === 'account')
    .map(({ name, title }): MenuEntry => ({
      title: `${title}: all accounts`,
      aside: grouped(count),
      group: 'Over accounts',
      disabledReason: count === 0 ? 'there are no accounts yet' : undefined,
      run: () => startAction(shell, { plugin: plugin.id, action: name, chosen }),
    }));
  const entries = [...pluginEntries(shell, plugin), ...overAccounts];
  if (entries.length === 0) return shell.notices.say(`${plugin.title} declares no actions.`, 'warn');
  openMenu(shell, { title: `Actions of ${plugin.title}`, crumb: 'actions', entries });
}

export function openActionMenu(shell: Shell, model: AccountsModel): void {
  const target = model.chosen();
  if (!target) return;
  const open = (applicable: Applicability): void => {
    const several = new Set(applicable.map(({ plugin }) => plugin)).size > 1;
    const actions = applicable.map((one): MenuEntry => ({
      title: `${one.title}${one.dangerous ? ' …' : ''}`,
      aside: canText(one),
      group: several ? one.plugin : 'Run',
      ...(one.can === 0 ? { disabledReason: reasons(one) || 'none of them can take it now' } : {}),
      run: () => startAction(shell, { plugin: one.plugin, action: one.action, chosen: target }),
      later: () => startAction(shell, { plugin: one.plugin, action: one.action, chosen: target, byClock: true }),
    }));
    openMenu(shell, {
      title: `Actions on ${target.count === 1 ? target.name : plural(target.count, 'account')}`,
      crumb: 'actions',
      entries: [
        ...actions,
        { title: 'Pause', hint: 'p', group: 'State', run: () => setState(shell, model, 'paused') },
        { title: 'Make ready', hint: 'P', group: 'State', run: () => setState(shell, model, 'ready') },
        { title: 'Tags …', hint: 't', group: 'Change', run: () => openTags(shell, model) },
        { title: 'Proxy …', hint: 'o', group: 'Change', run: () => shell.attempt(chooseProxy(shell, target)) },
        {
          title: 'Edit …',
          hint: 'e',
          group: 'Change',
          ...(target.count === 1 ? {} : { aside: 'one only', disabledReason: 'It is done to one at a time: unmark the others.' }),
          run: () => editAccount(shell, model),
        },
        { title: 'Retire (keeps history)', hint: 'R', group: 'Take away', run: () => setState(shell, model, 'retired') },
        { title: 'Delete with secrets …', hint: 'D', group: 'Take away', run: () => openDelete(shell, model) },
      ],
    });
  };
  shell.attempt(shell.client.call('applicableActions', { body: { selection: target.selection } }).then(open));
}
