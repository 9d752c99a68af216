import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import type { ProxyInfo } from '@muster/api';
import { type FormField, formFields } from '@muster/sdk/ui';
import { openConfirm } from '../../overlays/confirm.tsx';
import { openForm } from '../../overlays/form-dialog.tsx';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import { openTypedConfirm } from '../../overlays/typed-confirm.tsx';
import { grouped, plural } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { accountsOf, MOST_FETCHED } from '../accounts/chosen-accounts.ts';
import type { Chosen } from '../accounts/marks.ts';

const ADDRESS: FormField = {
  name: 'address',
  type: 'text',
  required: true,
  secret: true,
  description: 'host:port, host:port:user:pass, user:pass@host:port or scheme://…',
  choices: [],
  initial: '',
};
const field = (name: string, description: string, initial = ''): FormField => ({
  name,
  type: 'text',
  required: false,
  secret: false,
  description,
  choices: [],
  initial,
});

const given = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  );

export function addProxy(shell: Shell): void {
  openForm(shell, {
    title: 'New proxy',
    crumb: 'new',
    intro: 'The address is kept sealed, with its credentials.',
    fields: [
      ADDRESS,
      field('label', 'what to call it; host:port without'),
      field('country', 'where it comes out: DZ, ES, or a name'),
    ],
    submitLabel: 'add',
    headless: () => 'muster proxies add',
    async submit(values) {
      const { address = '', ...rest } = given(values);
      const proxy = await shell.client.call('addProxy', { body: { address, ...rest } });
      shell.notices.say(`added ${proxy.label}`, 'good');
    },
  });
}

export function editProxy(shell: Shell, proxy: ProxyInfo): void {
  openForm(shell, {
    title: `Edit ${proxy.label}`,
    crumb: 'edit',
    intro: 'An empty address leaves it as it is.',
    fields: [
      { ...ADDRESS, required: false },
      field('label', 'what to call it', proxy.label),
      field('country', 'where it comes out; "none": not known', proxy.declaredCountry ?? ''),
    ],
    submitLabel: 'save',
    headless: () => `muster proxies edit ${proxy.id}`,
    async submit(values) {
      const { country, ...rest } = given(values);
      const where = country === undefined ? {} : { country: country === 'none' ? null : country };
      await shell.client.call('editProxy', { params: { id: proxy.id }, body: { ...rest, ...where } });
      shell.notices.say(`changed ${rest['label'] ?? proxy.label}`, 'good');
    },
  });
}

export function importProxies(shell: Shell): void {
  const expand = (path: string): string => (path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path);
  openForm(shell, {
    title: 'Import proxies',
    crumb: 'import',
    intro: 'One a line in any of the usual spellings, with a country after it if there is one; or CSV with a header.',
    fields: [
      { ...field('file', 'a path on this machine; ~ is your home folder'), required: true },
      field('country', 'of lines that name none'),
    ],
    submitLabel: 'import',
    headless: (values) => `muster proxies import ${given(values)['file'] ?? '<file>'}`,
    async submit(values) {
      const { file = '', country } = given(values);
      const counts = { added: 0, known: 0, rejected: 0 };
      let refused = '';
      const query = country === undefined ? {} : { country };
      for await (const line of shell.client.stream('importProxies', { query }, { upload: createReadStream(expand(file)) })) {
        counts[line.outcome] += 1;
        if (line.outcome === 'rejected' && refused === '') refused = ` Line ${line.line}: ${line.text}`;
      }
      const { added, known, rejected } = counts;
      const text = `${grouped(added)} added, ${grouped(known)} known already, ${grouped(rejected)} refused.${refused}`;
      shell.notices.say(text, rejected > 0 ? 'warn' : 'good');
    },
  });
}

export function openSettings(shell: Shell, settings: Readonly<Record<string, unknown>>): void {
  const schema = {
    type: 'object',
    properties: {
      echoUrl: { type: 'string', description: 'an address that answers with where a request came from; empty: none' },
      checkEveryMs: { type: 'integer', minimum: 10_000, description: 'how often each is checked, in ms; empty: never' },
      checksAtOnce: { type: 'integer', minimum: 1, maximum: 500 },
      timeoutMs: { type: 'integer', minimum: 100, maximum: 120_000, description: 'how long a check may take' },
    },
  };
  openForm(shell, {
    title: 'How proxies are checked',
    crumb: 'settings',
    fields: formFields(schema, settings),
    submitLabel: 'save',
    headless: () => 'muster proxies settings name=value …',
    async submit(values) {
      const number = (name: string): number | undefined => (typeof values[name] === 'number' ? values[name] : undefined);
      const echo = values['echoUrl'];
      const body = {
        echoUrl: typeof echo === 'string' && echo !== '' ? echo : null,
        checkEveryMs: number('checkEveryMs') ?? null,
        checksAtOnce: number('checksAtOnce'),
        timeoutMs: number('timeoutMs'),
      };
      await shell.client.call('configureProxies', { body });
      shell.notices.say('checked so from now on', 'good');
    },
  });
}

export function removeProxy(shell: Shell, proxy: ProxyInfo): void {
  openTypedConfirm(shell, {
    title: `Remove ${proxy.label}?`,
    crumb: 'remove',
    text: ['Its credentials go with it; accounts that came back to it get another one. Disabling keeps it.'],
    expected: 'remove',
    question: 'Type remove:',
    run: () =>
      shell.attempt(
        shell.client
          .call('removeProxies', { body: { ids: [proxy.id] } })
          .then(() => shell.notices.say(`removed ${proxy.label}`, 'good')),
      ),
  });
}

/** The whole address, in front of everything until a key is pressed. */
export async function showCredentials(shell: Shell, proxy: ProxyInfo): Promise<void> {
  const { url } = await shell.client.call('revealProxy', { params: { id: proxy.id } });
  openConfirm(shell, {
    title: proxy.label,
    crumb: 'credentials',
    text: `${url}   (the audit log says who looked)`,
    answers: [{ key: 'enter', does: 'hide it', run: () => undefined }],
  });
}

/** Which proxy the chosen accounts come back to. */
export async function chooseProxy(shell: Shell, chosen: Chosen): Promise<void> {
  const { proxies } = await shell.client.call('listProxies', { query: { limit: 1_000 } });
  if (proxies.length === 0) return shell.notices.say('There is no proxy yet: 7 opens them, n adds one.', 'warn');
  // "All" of the list is asked for as it is now: between the menu and the answer it may change.
  const accounts = await accountsOf(shell.client, chosen);
  if (accounts === undefined) {
    return shell.notices.say(`At most ${grouped(MOST_FETCHED)} accounts at once: narrow the filter, or mark fewer.`, 'warn');
  }
  const ids = accounts.map(({ id }) => id);
  const put = async (proxy: ProxyInfo | null): Promise<void> => {
    const { done } = await shell.client.call('assignProxy', { body: { selection: { ids }, proxy: proxy?.id ?? null } });
    shell.notices.say(`${plural(done, 'account')} on ${proxy?.label ?? 'no proxy of their own'}`, 'good');
  };
  const entryOf = (proxy: ProxyInfo) => ({
    title: proxy.label,
    group: proxy.country ?? 'somewhere',
    aside: `${proxy.state} · ${grouped(proxy.accounts)} accounts`,
    ...(proxy.state === 'disabled' ? { disabledReason: 'It is disabled.' } : {}),
    run: () => shell.attempt(put(proxy)),
  });
  const byPlace = proxies.toSorted((a, b) => ((a.country ?? '~') < (b.country ?? '~') ? -1 : 1));
  openMenu(shell, {
    title: `Proxy of ${chosen.name}`,
    crumb: 'proxy',
    entries: [{ title: 'none of their own', group: 'Any', run: () => shell.attempt(put(null)) }, ...byPlace.map(entryOf)],
  });
}
