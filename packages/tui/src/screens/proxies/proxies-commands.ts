import type { ProxyInfo } from '@muster/api';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import type { Shell } from '../../shell.ts';
import { addProxy, editProxy, importProxies, openSettings, removeProxy, showCredentials } from './change-proxies.ts';
import type { ProxiesModel } from './proxies-model.ts';

export function proxiesCommands(shell: Shell, model: ProxiesModel, pageRows: () => number): Command[] {
  const hasOne = (): boolean => model.current() !== undefined;
  const on = (work: (proxy: ProxyInfo) => void) => (): void => {
    const proxy = model.current();
    if (proxy) work(proxy);
  };
  const id = (): string => model.current()?.id ?? '<proxy>';
  const check = (ids: readonly string[] | undefined, what: string): void => {
    shell.notices.say(`checking ${what}…`, 'plain');
    const told = ({ ok, of }: { readonly ok: number; readonly of: number }): void =>
      shell.notices.say(`${ok} of ${of} ${of === 1 ? 'proxy' : 'proxies'} work`, ok === of ? 'good' : 'warn');
    shell.attempt(model.check(ids).then(told));
  };
  return [
    ...listCommands('proxies', { move: model.move, moveTo: model.moveTo, pageRows }),
    {
      id: 'proxies.add',
      keys: ['n'],
      title: 'new proxy',
      short: 'new',
      group: 'Act',
      headless: () => 'muster proxies add',
      run: () => addProxy(shell),
    },
    {
      id: 'proxies.import',
      keys: ['I'],
      title: 'import a list',
      short: 'import',
      group: 'Act',
      headless: () => 'muster proxies import <file>',
      run: () => importProxies(shell),
    },
    {
      id: 'proxies.check',
      keys: ['c'],
      title: 'check this one now',
      short: 'check',
      group: 'Act',
      when: hasOne,
      headless: () => `muster proxies check ${id()}`,
      run: on((proxy) => check([proxy.id], proxy.label)),
    },
    {
      id: 'proxies.check-all',
      keys: ['C'],
      title: 'check all',
      group: 'Act',
      when: hasOne,
      headless: () => 'muster proxies check',
      run: () => check(undefined, 'all'),
    },
    {
      id: 'proxies.edit',
      keys: ['e', 'enter'],
      title: 'edit',
      short: 'edit',
      group: 'Act',
      when: hasOne,
      headless: () => `muster proxies edit ${id()}`,
      run: on((proxy) => editProxy(shell, proxy)),
    },
    {
      id: 'proxies.disable',
      keys: ['p'],
      title: 'disable, or enable again',
      short: 'disable',
      group: 'Act',
      when: hasOne,
      headless: () => `muster proxies ${model.current()?.state === 'disabled' ? 'enable' : 'disable'} ${id()}`,
      run: on((proxy) =>
        shell.attempt(
          shell.client.call('editProxy', { params: { id: proxy.id }, body: { enabled: proxy.state === 'disabled' } }),
        ),
      ),
    },
    {
      id: 'proxies.remove',
      keys: ['D'],
      title: 'remove with its credentials',
      group: 'Act',
      dangerous: true,
      when: hasOne,
      headless: () => `muster proxies remove ${id()}`,
      run: on((proxy) => removeProxy(shell, proxy)),
    },
    {
      id: 'proxies.filter',
      keys: ['f'],
      title: 'all, good, dead, unchecked, disabled',
      short: 'filter',
      group: 'Find',
      run: model.cycleFilter,
    },
    {
      id: 'proxies.reveal',
      keys: ['S'],
      title: 'show its credentials (audited)',
      group: 'See',
      when: hasOne,
      headless: () => `muster proxies show ${id()} --show-secrets`,
      run: on((proxy) => shell.attempt(showCredentials(shell, proxy))),
    },
    {
      id: 'proxies.settings',
      keys: ['o'],
      title: 'how they are checked: echo, how often',
      short: 'options',
      group: 'See',
      headless: () => 'muster proxies settings',
      run() {
        const { settings } = model.view.get();
        if (settings) openSettings(shell, settings);
      },
    },
  ];
}
