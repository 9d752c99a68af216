import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionRow } from '@muster/api';
import { formFields } from '@muster/sdk/ui';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openForm } from '../../overlays/form-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { openViews } from '../views/views-menu.ts';
import { openSessionMenu } from './session-menu.ts';
import type { SessionsModel } from './sessions-model.ts';

const NEW = {
  type: 'object',
  required: ['account'],
  properties: { account: { type: 'string', minLength: 1, description: 'the name of an account, or its id' } },
};

async function open(
  shell: Shell,
  model: SessionsModel,
  account: string,
  input?: Readonly<Record<string, unknown>>,
): Promise<void> {
  const session = await shell.client.call('openSession', { params: { account }, body: input ? { input: { ...input } } : {} });
  await shell.live.reload();
  model.select(session.account);
  shell.notices.say(`opening ${session.label}; it comes back by itself until it is closed`, 'good');
}

/** A new code of this kind: closed and opened anew where it asks already. */
async function ask(shell: Shell, model: SessionsModel, row: SessionRow, link: 'qr' | 'code'): Promise<void> {
  if (row.open && !row.parked) await shell.client.call('closeSession', { params: { account: row.account } });
  await open(shell, model, row.account, { link });
}

async function savePicture(shell: Shell, row: SessionRow): Promise<void> {
  const response = await shell.client.bytes('sessionQr', { params: { account: row.account }, query: {} });
  const file = join(shell.directory, `qr-${row.label.replaceAll(/[^\w.-]/g, '_')}.png`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()), { mode: 0o600 });
  shell.notices.say(`wrote ${file}`, 'good');
}

function openClose(shell: Shell, row: SessionRow): void {
  openConfirm(shell, {
    title: `Close ${row.label}?`,
    crumb: 'close',
    text: `It ends cleanly${row.state === 'needs-operator' ? '' : ': opening it again needs no scan'}. It stays closed, over restarts too.`,
    answers: [
      {
        key: 'y',
        does: 'close it',
        run: () =>
          shell.attempt(
            shell.client.call('closeSession', { params: { account: row.account } }).then((closed) => {
              shell.notices.say(`closed ${closed.label}`, 'good');
              return shell.live.reload();
            }),
          ),
      },
    ],
  });
}

const nameOf = ({ account }: Readonly<Record<string, unknown>>): string => (typeof account === 'string' ? account : '');

function openNew(shell: Shell, model: SessionsModel): void {
  openForm(shell, {
    title: 'Open a session',
    crumb: 'open',
    intro: 'It comes back by itself, over restarts too, until it is closed.',
    fields: formFields(NEW),
    submitLabel: 'open',
    submit: (values) => open(shell, model, nameOf(values)),
    headless: (values) => `muster sessions open ${nameOf(values) || '<account>'}`,
  });
}

export function sessionsCommands(shell: Shell, model: SessionsModel, pageRows: () => number): Command[] {
  const { current } = model;
  const name = (): string => current()?.label ?? '<account>';
  const none = (): string | undefined => (current() ? undefined : 'There is no session here; n opens one.');
  const withRow = (run: (row: SessionRow) => void) => (): void => {
    const row = current();
    if (row) run(row);
  };
  const pagesOf = () => shell.live.plugins.get().find(({ id }) => id === current()?.plugin)?.views ?? [];
  const asks = (): boolean => current()?.challenge?.kind === 'qr';
  const isWaiting = (): boolean => {
    const row = current();
    return row !== undefined && (!row.open || row.parked || row.reopensAt !== null);
  };
  return [
    ...listCommands('sessions', { move: model.move, moveTo: model.moveTo, pageRows }),
    {
      id: 'sessions.show',
      keys: ['enter', 'right'],
      title: 'open the session: history, code',
      short: 'show',
      group: 'Move',
      when: () => current() !== undefined && shell.navigation.place().item === undefined,
      headless: () => `muster sessions show ${name()}`,
      run: () => shell.navigation.go({ screen: 'sessions', item: 'detail' }),
    },
    {
      id: 'sessions.open',
      keys: ['o'],
      title: 'open it, or try again now',
      short: 'open it',
      group: 'Act',
      when: isWaiting,
      headless: () => `muster sessions open ${name()}`,
      run: withRow((row) => shell.attempt(open(shell, model, row.account))),
    },
    {
      id: 'sessions.picture',
      keys: ['o'],
      title: 'save the picture of the code',
      short: 'save png',
      group: 'Act',
      when: asks,
      headless: () => `muster sessions qr ${name()} --png qr.png`,
      run: withRow((row) => shell.attempt(savePicture(shell, row))),
    },
    {
      id: 'sessions.code',
      keys: ['g'],
      title: 'a new QR code',
      short: 'new code',
      group: 'Act',
      when: () => current()?.state === 'needs-operator',
      headless: () => `muster sessions qr ${name()}`,
      run: withRow((row) => shell.attempt(ask(shell, model, row, 'qr'))),
    },
    {
      id: 'sessions.pair',
      keys: ['c'],
      title: 'a code to type on the phone',
      short: 'pairing code',
      group: 'Act',
      when: () => current()?.state === 'needs-operator' || isWaiting(),
      headless: () => `muster sessions pair ${name()}`,
      run: withRow((row) => shell.attempt(ask(shell, model, row, 'code'))),
    },
    {
      id: 'sessions.big',
      keys: ['b'],
      title: 'the code alone, or beside the list',
      short: 'big/small',
      group: 'See',
      when: asks,
      run: model.toggleBig,
    },
    {
      id: 'sessions.next-waiting',
      keys: ['w'],
      title: 'the next one that waits for a person',
      short: 'next waiting',
      group: 'Find',
      run() {
        if (!model.nextWaiting()) shell.notices.say('No other session waits for you.');
      },
    },
    {
      id: 'sessions.new',
      keys: ['n'],
      title: 'open the session of an account',
      short: 'new',
      group: 'Act',
      headless: () => 'muster sessions open <account>',
      run: () => openNew(shell, model),
    },
    {
      id: 'sessions.close',
      keys: ['X'],
      title: 'close it: it stays closed',
      short: 'close',
      group: 'Act',
      dangerous: true,
      disabledReason: () => none() ?? (current()?.open ? undefined : 'It is closed already.'),
      headless: () => `muster sessions close ${name()}`,
      run: withRow((row) => openClose(shell, row)),
    },
    {
      id: 'sessions.actions',
      keys: ['x'],
      title: 'actions on the account',
      short: 'actions',
      group: 'Act',
      disabledReason: none,
      headless: () => `muster run <provider>.<action> --account ${name()}`,
      run: withRow((row) => openSessionMenu(shell, row)),
    },
    {
      id: 'sessions.views',
      keys: ['V'],
      title: 'pages of the account and its provider',
      short: 'pages',
      group: 'See',
      when: () => pagesOf().length > 0,
      headless: () => 'muster view',
      run: withRow(({ plugin, account: id, label }) => openViews(shell, { plugin, account: { id, label } })),
    },
    {
      id: 'sessions.filter',
      keys: ['f'],
      title: 'open ones, those that need you, all',
      short: 'filter',
      group: 'Find',
      headless: () => 'muster sessions list --all',
      run: model.cycleFilter,
    },
    {
      id: 'sessions.account',
      keys: ['e'],
      title: 'the account in the roster',
      group: 'See',
      disabledReason: none,
      headless: () => `muster accounts show ${name()}`,
      run: withRow((row) => shell.showAccount(row.account)),
    },
  ];
}
