import type { Hook } from '@muster/api';
import { type FormField, formFields } from '@muster/sdk/ui';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openForm } from '../../overlays/form-dialog.tsx';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { shellWord } from '../accounts/marks.ts';

type Values = Readonly<Record<string, unknown>>;
type Target = Hook['target'];

/** What mail servers listen on, by how the connection is kept private. */
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;
type Security = keyof typeof PORTS;

interface Kind {
  readonly title: string;
  readonly aside: string;
  readonly intro: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly target: (values: Values) => Target;
  readonly headless: (values: Values) => string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const securityOf = (values: Values): Security => (text(values['security']) || 'starttls') as Security;

const KINDS: Readonly<Record<Target['kind'], Kind>> = {
  webhook: {
    title: 'webhook',
    aside: 'POSTs signed JSON to an address',
    intro: 'Each event is POSTed as JSON, signed with HMAC-SHA256. The key of the signatures is shown once.',
    properties: {
      url: { type: 'string', description: 'https://…; http only to this machine or a network of your own' },
      secret: { type: 'string', secret: true, description: 'the key of the signatures; empty: one is made' },
    },
    required: ['url'],
    target: ({ url }) => ({ kind: 'webhook', url: text(url) }),
    headless: ({ url }) => `webhook ${shellWord(text(url) || '<url>')}`,
  },
  command: {
    title: 'command',
    aside: 'runs a command of yours',
    intro: 'The event comes on its stdin as JSON. It runs in /bin/sh as the user of the host, for a minute at most.',
    properties: { command: { type: 'string', description: 'as the shell takes it' } },
    required: ['command'],
    target: ({ command }) => ({ kind: 'command', command: text(command) }),
    headless: ({ command }) => `command ${shellWord(text(command) || '<command>')}`,
  },
  mail: {
    title: 'mail',
    aside: 'sends mail by SMTP',
    intro: 'The password of the mail account is sealed by the vault.',
    properties: {
      server: { type: 'string', description: 'the SMTP server: smtp.example.org' },
      security: { type: 'string', enum: Object.keys(PORTS), default: 'starttls' },
      port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'empty: 587, 465 or 25, as the security has it' },
      user: { type: 'string', description: 'of the mail account; empty: no login' },
      secret: { type: 'string', secret: true, description: 'its password' },
      from: { type: 'string', description: 'me@example.org' },
      to: { type: 'array', items: { type: 'string' }, description: 'addresses, with commas between' },
    },
    required: ['server', 'from', 'to'],
    target: (values) => ({
      kind: 'mail',
      host: text(values['server']),
      port: typeof values['port'] === 'number' ? values['port'] : PORTS[securityOf(values)],
      security: securityOf(values),
      user: text(values['user']) || null,
      from: text(values['from']),
      to: list(values['to']),
    }),
    headless: ({ server, from, to }) =>
      `mail --server ${shellWord(text(server) || '<server>')} --from ${shellWord(text(from) || '<from>')} --to ${list(to).map(shellWord).join(' ') || '<to>'}`,
  },
};

/** What every kind asks. */
function commonFields(shell: Shell): FormField[] {
  const plugins = shell.live.plugins.get().map(({ id }) => id);
  return formFields({
    type: 'object',
    properties: {
      events: {
        type: 'array',
        items: { type: 'string' },
        default: ['job.ended'],
        description: 'types as the log has them, with commas between: job.ended, whatsapp.*, *',
      },
      ...(plugins.length > 0 ? { plugin: { type: 'string', enum: plugins, description: 'only of this one; —: of all' } } : {}),
      name: { type: 'string', description: 'what to call it; empty: after its target' },
    },
  });
}

/** A key that is not shown again: it stays until a key is pressed. */
function showSecret(shell: Shell, name: string, secret: string): void {
  openConfirm(shell, {
    title: `Key of ${name}`,
    crumb: 'key',
    text: `${secret}   Its signatures are made with this key. It is shown this once.`,
    answers: [
      {
        key: 'y',
        does: 'copy it, and go on',
        run: () =>
          shell.copy(secret)
            ? shell.notices.say('copied to the clipboard of the terminal', 'good')
            : shell.notices.say('It is too long to be copied.', 'warn'),
      },
    ],
  });
}

function openHookForm(shell: Shell, kind: Kind): void {
  openForm(shell, {
    title: `New ${kind.title}`,
    crumb: kind.title,
    intro: kind.intro,
    fields: [...formFields({ type: 'object', properties: kind.properties, required: kind.required }), ...commonFields(shell)],
    submitLabel: 'add',
    headless: (values) => `muster hooks add ${kind.headless(values)}`,
    async submit(values) {
      const given = (name: string): Record<string, string> => (text(values[name]) === '' ? {} : { [name]: text(values[name]) });
      const { hook, secret } = await shell.client.call('addHook', {
        body: {
          target: kind.target(values),
          ...(list(values['events']).length === 0 ? {} : { events: list(values['events']) }),
          ...given('name'),
          ...given('plugin'),
          ...given('secret'),
        },
      });
      shell.notices.say(`added ${hook.name}; t sends a made-up event`, 'good');
      if (secret !== null) showSecret(shell, hook.name, secret);
    },
  });
}

/** Asks how somebody is to be told, then for the rest. */
export function addHook(shell: Shell): void {
  openMenu(shell, {
    title: 'Who is to be told, and how?',
    crumb: 'new',
    entries: Object.values(KINDS).map((kind) => ({
      title: kind.title,
      aside: kind.aside,
      run: () => openHookForm(shell, kind),
    })),
  });
}
