import { toMusterError } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import { withCredentials, withoutCredentials } from '../events/shown-credentials.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { createCoreSettings } from '../settings/core-settings.ts';
import type { Vault } from '../vault/vault.ts';
import { createCheckRounds } from './check-rounds.ts';
import { createProxyBook } from './proxy-book.ts';
import { createProxyLeases } from './proxy-leases.ts';
import { createProxyRoster } from './proxy-roster.ts';
import type { Proxies } from './proxies.ts';
import { createProxySecrets } from './proxy-secrets.ts';
import { ProxySettingsSchema } from './proxy-settings.ts';
import { createSticky } from './sticky.ts';

export interface ProxiesDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
}

export function createProxies(deps: ProxiesDeps): Proxies {
  const { store, events, clock, random } = deps;
  const book = createProxyBook(deps);
  const secrets = createProxySecrets(deps);
  const sticky = createSticky(store);
  const settings = createCoreSettings(store, { name: 'proxies', schema: ProxySettingsSchema });
  const say = (event: NewEvent): void => void events.record(event).catch(() => undefined);
  const audit = (type: string, actor: string, message: string): Promise<void> =>
    events.record({ level: 'audit', type, actor, message: `${actor} ${message}` });
  const rounds = createCheckRounds({ book, secrets, settings: settings.now, clock, random, say });
  const leases = createProxyLeases({ book, sticky, secrets, clock, random, say, died: (until) => rounds.look(until) });
  const live = (id: string) => ({ holders: leases.holders(id), checking: rounds.isChecking(id) });
  const { meant, ...roster } = createProxyRoster({ book, secrets, sticky, clock, random, live, audit });
  const open = async (): Promise<void> => {
    await settings.open();
    await book.open();
  };
  /** What is new or changed is checked soon, where that is done by itself. */
  const thenLook = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    rounds.look();
    return done;
  };

  return {
    ...roster,
    change$: book.change$,
    hold: (user) => leases.hold(user),
    add: (proxy, actor) => thenLook(roster.add(proxy, actor)),
    import: (text, options) => thenLook(roster.import(text, options)),
    edit: (id, edit, actor) => thenLook(roster.edit(id, edit, actor)),

    async *check(query, signal) {
      await open();
      yield* rounds.check(
        meant(query).map(({ id }) => id),
        signal,
      );
    },

    async settings() {
      await settings.open();
      return withoutCredentials(settings.now());
    },

    async configure(change, actor) {
      await settings.open();
      const echoUrl = withCredentials('echoUrl', change.echoUrl, settings.now().echoUrl);
      const now = await settings.change({ ...change, ...(echoUrl !== undefined && { echoUrl }) });
      await audit('proxy.configured', actor, `changed the settings of proxies: ${Object.keys(change).join(', ')}`);
      rounds.look();
      return withoutCredentials(now);
    },

    async reseal() {
      await open();
      const old = book.all().filter((proxy) => secrets.resealed(proxy) !== undefined);
      for (const { id } of old) {
        book.change(id, (proxy) => ({ ...proxy, secrets: { url: secrets.resealed(proxy) ?? proxy.secrets.url } }));
      }
      await book.flush();
      return old.length;
    },

    async checkSecrets() {
      await open();
      const problems: string[] = [];
      for (const proxy of book.all()) {
        try {
          secrets.addressOf(proxy);
        } catch (error) {
          if (toMusterError(error).code === 'VAULT_LOCKED') throw error;
          problems.push(`proxy "${proxy.label}" (${proxy.id}): ${toMusterError(error).message}`);
        }
      }
      return { secrets: book.all().length, problems };
    },

    async start() {
      await open();
      rounds.start();
      // In the background: accounts that are gone hold nothing up.
      sticky.prune().catch(() => undefined);
    },

    async stop() {
      await rounds.stop();
      await book.close();
    },
  };
}
