import type { PluginInfo } from '@muster/api';
import { expect, test } from 'vitest';
import { createFakeHost } from './fake-client.ts';
import { openConsole } from './open-console.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const GUARD_MS = 260;

const broken = (plugin: PluginInfo): PluginInfo =>
  Object.assign({}, plugin, {
    id: 'muster-ftp',
    title: 'FTP',
    state: 'broken',
    reason: 'It asks for plugin api 1; this muster has api 2.',
    actions: [],
    account: null,
  });

test('a plugin that did not load says why, and has no settings to change', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.plugins = [...host.plugins, ...host.plugins.map(broken)];
  await using console = await openConsole({ host });
  await console.send('0');
  await console.see('2 · 0 off · 1 broken');
  await console.send('j');
  await console.see('It asks for plugin api 1');
  await console.send('\r');
  await console.see('FTP did not load');
});

test('settings of a plugin are changed in a form made from their schema', async () => {
  const host = createFakeHost({ accounts: 3 });
  const config = { type: 'object', properties: { url: { type: 'string' }, slots: { type: 'integer', default: 4 } } };
  host.plugins = host.plugins.map((plugin) => Object.assign({}, plugin, { config, settings: { url: 'http://a', slots: 4 } }));
  await using console = await openConsole({ host, screen: 'plugins' });
  await console.see('http://a');
  await console.send('\r');
  await console.see('Settings of Demo');
  await console.send('\u0015http://b\r', '\r');
  await console.see('saved the settings of Demo');
  expect(host.calls.find(({ operation }) => operation === 'configurePlugin')?.args).toEqual({
    params: { plugin: 'demo' },
    body: { url: 'http://b', slots: 4 },
  });
});

test('settings show store, vault, tokens and terminal; the store is checked when asked', async () => {
  await using console = await openConsole({ screen: 'settings' });
  const screen = await console.see('key file');
  for (const text of ['lowdb', 'ci', 'unicode', '120 by 36']) expect(screen).toContain(text);
  await console.send('C');
  await console.see('12 records and 3 secrets are sound');
});

test('a new token is shown once, and ended only after a key of its own', async () => {
  await using console = await openConsole({ screen: 'settings' });
  await console.see('ci');
  await console.send('n', 'bot\r', '\u0015root\r');
  await console.see('"root" is none of');
  await console.send('\u0015read, operate\r');
  await console.see('muster_secret-once');
  await pause(GUARD_MS);
  await console.send('\u001b', 'R');
  await console.see('The pointer is on no token');
  await console.send('G', 'R');
  await console.see('End the token of ci?');
  await pause(GUARD_MS);
  await console.send('\r', 'y');
  await console.see('ended the token of ci');
});

test('on a low terminal everything of the settings can be scrolled to, and back', async () => {
  await using console = await openConsole({ host: createFakeHost({ accounts: 3 }), screen: 'settings', columns: 80, rows: 24 });
  await console.see(/❯ theme/);
  await console.send('G', 'G');
  await console.see('C checks every record');
  await console.send('k'.repeat(40));
  await console.see(/❯ theme/);
});
