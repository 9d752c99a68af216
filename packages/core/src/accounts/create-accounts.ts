import { MusterError, type Plugin } from '@muster/sdk';
import type { NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Circle } from '../pool/circle.ts';
import { refused } from '../ports/refused.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { eq } from '../query/filter.ts';
import type { Vault } from '../vault/vault.ts';
import { createDrafter, sealSecrets, type Drafter } from './account-draft.ts';
import type { AccountRecord } from './account-record.ts';
import type { AccountEdit, Accounts } from './accounts.ts';
import { createBulk } from './bulk.ts';
import { exportAccounts } from './export-accounts.ts';
import { addAccounts, importAccounts } from './import-accounts.ts';
import { newRecord } from './new-record.ts';
import { checkSecrets, resealSecrets } from './reseal.ts';
import { createSelections } from './selection.ts';
import { sortPath } from './sort-path.ts';
import { checkUnique } from './uniqueness.ts';

const RETRIES = 10;

export interface AccountsDependencies {
  readonly store: Store;
  readonly vault: Vault;
  readonly events: Events;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Redactor;
  readonly circle: Circle;
}

export function createAccounts(deps: AccountsDependencies): Accounts {
  const { store, vault, events, plugins, clock, random, redactor, circle } = deps;
  const selections = createSelections({ store, plugins, clock });
  const drafters = new Map<Plugin, Drafter>();

  const drafterOf = (plugin: Plugin): Drafter => {
    const drafter = drafters.get(plugin) ?? createDrafter(plugin);
    drafters.set(plugin, drafter);
    return drafter;
  };
  const audit = (event: Omit<NewEvent, 'level'>): Promise<void> => events.record({ level: 'audit', ...event });
  const bulk = createBulk({ store, clock, circle, selections, audit });

  const loading = { store, vault, events, plugins, clock, random, circle };

  const get = async (id: string): Promise<AccountRecord> => {
    const record = await store.get<AccountRecord>('accounts', id);
    if (!record) throw new MusterError('NOT_FOUND', `There is no account ${id}.`);
    return record;
  };
  const open = (record: AccountRecord, field: string): string | undefined => {
    const sealed = Object.hasOwn(record.secrets, field) ? record.secrets[field] : undefined;
    if (sealed === undefined) return undefined;
    const value = vault.open(sealed, { provider: record.plugin, accountId: record.id, field });
    redactor.add(value);
    return value;
  };
  /** The account with the edit made, and whether an identity of it changed. */
  const edited = (record: AccountRecord, edit: AccountEdit): AccountRecord => {
    const drafter = drafterOf(plugins.get(record.plugin));
    const { plain, secrets, removed } = drafter.part(edit.data ?? {});
    const keptData = Object.entries({ ...record.data, ...plain }).filter(([field]) => !removed.includes(field));
    const keptSecrets = Object.entries(record.secrets).filter(([field]) => !removed.includes(field));
    const { plain: data, ...described } = drafter.describe(Object.fromEntries(keptData));
    return {
      ...record,
      ...described,
      data,
      secrets: { ...Object.fromEntries(keptSecrets), ...sealSecrets(vault, record, secrets) },
      tags: edit.tags ? [...new Set(edit.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))] : record.tags,
      priority: edit.priority ?? record.priority,
      updatedAt: Math.max(clock.now(), record.updatedAt + 1),
    };
  };

  return {
    get,

    async find(reference) {
      const byId = await store.get<AccountRecord>('accounts', reference);
      if (byId) return byId;
      const [first, second] = await store.list<AccountRecord>('accounts', { where: eq('label', reference), limit: 2 });
      if (!first)
        throw new MusterError(
          'NOT_FOUND',
          `There is no account "${reference}", neither by id nor by name; \`muster accounts list\` shows them.`,
        );
      if (second) throw new MusterError('CONFLICT', `Several accounts are called "${reference}"; say which by its id.`);
      return first;
    },

    async list({ sort, offset = 0, limit = 50, ...selection }) {
      const where = selections.filter(selection);
      const plugin = selection.plugin === undefined ? undefined : plugins.loaded().find(({ id }) => id === selection.plugin);
      const order = sort ? { ...sort, by: sortPath(sort.by, plugin) } : { by: 'order' };
      const query = { sort: order, offset, limit, ...(where && { where }) };
      const [total, accounts] = await Promise.all([store.count('accounts', where), store.list<AccountRecord>('accounts', query)]);
      return { total, accounts };
    },

    count: async (selection) => store.count('accounts', selections.filter(selection)),
    tally: () => store.tally('accounts', ['plugin', 'state']),

    async *ids(selection) {
      for await (const page of selections.pages(selection)) yield page.map(({ id }) => id);
    },

    async add(pluginId, data, actor) {
      await circle.open();
      const plugin = plugins.get(pluginId);
      const draft = drafterOf(plugin).draft(data);
      const id = random.id();
      const secrets = sealSecrets(vault, { plugin: plugin.id, id }, draft.secrets);
      await checkUnique(store, plugin, { ...draft, id });
      const own = { id, plugin: plugin.id, order: circle.fresh(), secrets, createdAt: clock.now() };
      const record = newRecord(draft, own);
      try {
        await store.commit([{ insert: 'accounts', document: record }]);
      } catch (error) {
        if (refused(error)) await checkUnique(store, plugin, { ...draft, id });
        throw error;
      }
      await audit({ type: 'account.added', message: `Account "${record.label}" added`, actor, plugin: plugin.id, account: id });
      return record;
    },

    addAll: (plugin, rows, options) => addAccounts(loading, rows, { ...options, plugin }),

    async edit(id, edit, actor) {
      for (let tries = 1; ; tries += 1) {
        const record = await get(id);
        const next = edited(record, edit);
        const plugin = plugins.get(record.plugin);
        await checkUnique(store, plugin, next);
        const { key, key2, label, rank, data, secrets, tags, priority, updatedAt } = next;
        const set = { key, key2, label, rank, data, secrets, tags, priority, updatedAt };
        try {
          await store.commit([{ update: 'accounts', id, patch: { set }, if: { updatedAt: record.updatedAt } }]);
        } catch (error) {
          if (!refused(error) || tries === RETRIES) throw error;
          continue;
        }
        const fields = [
          ...Object.keys(edit.data ?? {}),
          ...(edit.tags ? ['tags'] : []),
          ...(edit.priority === undefined ? [] : ['priority']),
        ];
        const message = `Account "${label}" edited: ${fields.join(', ')}`;
        await audit({ type: 'account.edited', message, actor, plugin: plugin.id, account: id, fields: { fields } });
        return get(id);
      }
    },

    remove: bulk.remove,
    setState: bulk.setState,

    async reveal(id, field, actor) {
      const record = await get(id);
      const drafter = drafterOf(plugins.get(record.plugin));
      if (!drafter.secretFields.has(field)) {
        const has = [...drafter.secretFields].join(', ') || 'none';
        throw new MusterError('BAD_INPUT', `"${field}" is no secret of "${record.plugin}"; its secrets: ${has}.`);
      }
      const message = `Secret "${field}" of account "${record.label}" was looked at`;
      const value = open(record, field);
      await audit({ type: 'secret.revealed', message, actor, plugin: record.plugin, account: id, fields: { field } });
      return value;
    },
    secretOf: async (record, field) => open(record, field),

    reseal: (signal) => resealSecrets({ store, vault, clock }, signal),
    check: (signal) => checkSecrets({ store, vault }, signal),

    async *import(options) {
      for await (const batch of importAccounts(loading, options)) yield* batch;
    },
    importInBatches: (options) => importAccounts(loading, options),
    export: (selection, options) => exportAccounts({ vault, selections, audit }, selection, options),
  };
}
