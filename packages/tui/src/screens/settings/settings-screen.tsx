import { formFields } from '@muster/sdk/ui';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openForm } from '../../overlays/form-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import { createSettingsModel, type SettingsModel } from './settings-model.ts';
import { SettingsView } from './settings-view.tsx';

const SCOPES = ['read', 'operate', 'secrets', 'admin'] as const;
const TOKEN_SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, description: 'who or what will use it' },
    scopes: { type: 'array', items: { type: 'string' }, default: ['read'], description: `of ${SCOPES.join(', ')}` },
  },
  required: ['name', 'scopes'],
};

/** The text of a token is shown once: it is not kept anywhere. */
function showToken(shell: Shell, name: string, token: string): void {
  openConfirm(shell, {
    title: `Token for ${name}`,
    crumb: 'token',
    text: `${token}\nIt is shown this once; the host keeps only its hash.`,
    answers: [
      {
        key: 'y',
        does: 'copy it (works over ssh)',
        run: () => shell.notices.say(shell.copy(token) ? 'copied the token' : 'too long for the clipboard', 'good'),
      },
    ],
  });
}

function newToken(shell: Shell, model: SettingsModel): void {
  openForm(shell, {
    title: 'New token',
    crumb: 'token',
    intro: 'For programs that speak to the host over HTTP.',
    fields: formFields(TOKEN_SCHEMA),
    submitLabel: 'make',
    async submit({ name, scopes }) {
      const wanted = scopes as string[];
      const unknown = wanted.find((scope) => !(SCOPES as readonly string[]).includes(scope));
      if (unknown !== undefined) throw new Error(`scopes: "${unknown}" is none of ${SCOPES.join(', ')}.`);
      const body = { name: String(name), scopes: wanted as (typeof SCOPES)[number][] };
      const { token, info } = await shell.client.call('createToken', { body });
      model.load();
      showToken(shell, info.name, token);
    },
  });
}

function revokeToken(shell: Shell, model: SettingsModel): void {
  const item = model.item();
  if (item?.kind !== 'token') return;
  const { token } = item;
  const revoke = async (): Promise<void> => {
    await shell.client.call('revokeToken', { params: { id: token.id } });
    shell.notices.say(`ended the token of ${token.name}`, 'good');
    model.load();
  };
  openConfirm(shell, {
    title: `End the token of ${token.name}?`,
    crumb: 'token',
    text: 'Programs that use it are refused from now on. A new one has to be made to let them in again.',
    answers: [{ key: 'y', does: 'end it', run: () => shell.attempt(revoke()) }],
    tone: 'warn',
  });
}

export function createSettingsScreen(shell: Shell): Screen {
  const model = createSettingsModel(shell);
  const noToken = (): string | undefined =>
    model.item()?.kind === 'token' ? undefined : 'The pointer is on no token; j and k move it.';
  const isLook = (): boolean => model.item()?.kind === 'look';
  const commands: Command[] = [
    ...listCommands('settings', {
      move: model.move,
      moveTo: model.moveTo,
      pageRows: () => 5,
    }),
    {
      id: 'settings.change',
      keys: ['enter', 'space', 'right'],
      title: 'the next choice',
      short: 'change',
      group: 'Act',
      when: isLook,
      run: () => model.choose('next'),
    },
    {
      id: 'settings.change-back',
      keys: ['backspace'],
      title: 'the choice before',
      group: 'Act',
      when: isLook,
      run: () => model.choose('previous'),
    },
    {
      id: 'settings.default',
      keys: ['d'],
      title: 'as it was at first',
      short: 'default',
      group: 'Act',
      when: isLook,
      run: () => model.choose('default'),
    },
    {
      id: 'settings.token',
      keys: ['n'],
      title: 'new token',
      short: 'new token',
      group: 'Act',
      headless: () => 'muster token new <name>',
      run: () => newToken(shell, model),
    },
    {
      id: 'settings.revoke',
      keys: ['R'],
      title: 'end a token',
      short: 'end token',
      group: 'Act',
      dangerous: true,
      disabledReason: noToken,
      run: () => revokeToken(shell, model),
    },
    {
      id: 'settings.check',
      keys: ['C'],
      title: 'check the store: every record, every secret',
      short: 'check store',
      group: 'Act',
      headless: () => 'muster store check',
      run: model.check,
    },
  ];
  return {
    id: 'settings',
    commands,
    stores: [model.view, shell.live.status, shell.look],
    crumbs: () => ['settings'],
    status: () => [{ text: ` ${shell.directory}/config.json holds what is set for the host`, tone: 'faint' }],
    enter: model.load,
    spoken() {
      const item = model.item();
      const at = model.view.get().cursor;
      const said =
        item?.kind === 'look'
          ? `${item.name} ${shell.look.get()[item.name]}. Enter changes it`
          : `token of ${item?.token.name ?? ''}, ${item?.token.scopes.join(', ') ?? ''}`;
      return { place: 'Settings.', item: item && itemOf(said, at, model.items().length) };
    },
    view: (area) => <SettingsView shell={shell} model={model} {...area} />,
  };
}
