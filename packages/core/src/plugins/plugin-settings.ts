import { MusterError, secretFields, type Json, type JsonObject, type Plugin } from '@muster/sdk';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { MASK } from '../events/create-redactor.ts';
import type { Events, Redactor } from '../events/events.ts';
import { withCredentials, withoutCredentials } from '../events/shown-credentials.ts';
import type { CollectionDefinition, Store } from '../ports/store.ts';
import { isSealedText, openText, sealText } from '../vault/sealed-text.ts';
import type { Vault } from '../vault/vault.ts';

/** Settings that an operator made; what they left alone stands in the schemas. Secret ones are sealed texts. */
export const SETTINGS: CollectionDefinition = { name: 'settings', indexes: {} };

interface SettingsRecord {
  readonly id: string;
  readonly values: JsonObject;
}

export interface PluginSettings {
  load(plugin: Plugin): Promise<void>;
  /** Validated, defaults filled in. BAD_INPUT when the plugin needs a setting that nobody made; VAULT_LOCKED when one is secret. */
  of(plugin: Plugin): Readonly<Record<string, unknown>>;
  /** For people: a secret one that is set is a mask, and so are credentials inside of others. Null when one that the plugin needs was not made. */
  shown(plugin: Plugin): Readonly<Record<string, unknown>> | null;
  /** `null` takes a setting back to its default, or is its value where the schema has it as one; what is shown masked and comes back so stays as it is. */
  change(plugin: Plugin, patch: Readonly<Record<string, unknown>>, actor: string): Promise<void>;
  close(): void;
}

/** Is null a value of this setting, as of one that may be switched off? */
const takesNull = (plugin: Plugin, field: string): boolean => {
  const parsed = (plugin.config.shape as Record<string, z.ZodType>)[field]?.safeParse(null);
  return parsed?.success === true && parsed.data === null;
};

export function createPluginSettings(deps: {
  readonly store: Store;
  readonly events: Events;
  readonly vault: Vault;
  readonly redactor: Redactor;
}): PluginSettings {
  const { store, events, vault, redactor } = deps;
  const made = new Map<string, JsonObject>();
  const valid = new Map<string, Readonly<Record<string, unknown>>>();
  const secrets = new Map<Plugin, ReadonlySet<string>>();
  const idOf = (plugin: Plugin): string => `plugin/${plugin.id}`;
  const secretsOf = (plugin: Plugin): ReadonlySet<string> => {
    const known = secrets.get(plugin) ?? new Set(secretFields(plugin.config));
    secrets.set(plugin, known);
    return known;
  };
  const boundTo = (plugin: Plugin, field: string) => ({ provider: plugin.id, about: `setting/${field}` });
  // As JSON, so that a secret may be more than a text.
  const seal = (plugin: Plugin, field: string, value: Json): string => {
    if (typeof value === 'string') redactor.add(value);
    return sealText(vault, JSON.stringify(value), boundTo(plugin, field));
  };
  const open = (plugin: Plugin, field: string, sealed: string): Json => {
    const value = JSON.parse(openText(vault, sealed, boundTo(plugin, field))) as Json;
    if (typeof value === 'string') redactor.add(value);
    return value;
  };
  const inTheOpen = (plugin: Plugin, values: JsonObject): JsonObject => {
    const fields = secretsOf(plugin);
    if (fields.size === 0) return values;
    return Object.fromEntries(
      Object.entries(values).map(([field, value]) => [
        field,
        fields.has(field) && isSealedText(value) ? open(plugin, field, value) : value,
      ]),
    );
  };

  const parse = (plugin: Plugin, values: JsonObject): Readonly<Record<string, unknown>> => {
    const parsed = plugin.config.safeParse(values);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new MusterError('BAD_INPUT', `Settings of "${plugin.id}": ${issues.join('; ')}`, {
      details: { fields: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) },
    });
  };
  const locked = (): boolean => vault.status().state === 'locked';
  const current = (plugin: Plugin): JsonObject => made.get(plugin.id) ?? {};
  const hasSealed = (plugin: Plugin): boolean => [...secretsOf(plugin)].some((field) => isSealedText(current(plugin)[field]));

  const reread = async (id: string): Promise<void> => {
    const record = await store.get<SettingsRecord>('settings', id);
    const plugin = id.slice('plugin/'.length);
    if (record && made.has(plugin)) made.set(plugin, record.values);
  };
  // Sealed anew with another key, for one.
  const unsubscribe = store.subscribe((changes) => {
    for (const { collection, ids } of changes) {
      if (collection !== 'settings') continue;
      for (const id of ids ?? [...made.keys()].map((plugin) => `plugin/${plugin}`)) reread(id).catch(() => undefined);
    }
  });

  const write = async (plugin: Plugin, values: JsonObject): Promise<void> => {
    const id = idOf(plugin);
    const document: SettingsRecord = { id, values };
    const there = await store.get('settings', id);
    await store.commit([there ? { update: 'settings', id, patch: { set: { values } } } : { insert: 'settings', document }]);
    made.set(plugin.id, values);
  };

  return {
    async load(plugin) {
      const record = await store.get<SettingsRecord>('settings', idOf(plugin));
      if (!record) return;
      const values: Record<string, Json> = { ...record.values };
      const secret = secretsOf(plugin);
      // Those that are sealed open later; they fitted when they were sealed.
      const parsed = plugin.config.safeParse(values);
      const misfits = parsed.success
        ? []
        : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))].filter(
            (field) => field in values && !(secret.has(field) && isSealedText(values[field])),
          );
      // Written for another version of the plugin: keep what still fits, and say what does not.
      for (const field of misfits) delete values[field];
      const bare = [...secret].filter((field) => field in values && !isSealedText(values[field]));
      made.set(plugin.id, values);
      if (bare.length > 0 && !locked()) {
        // Was no secret in another version of the plugin.
        for (const field of bare) values[field] = seal(plugin, field, values[field] ?? null);
        await write(plugin, values);
      }
      if (misfits.length === 0) return;
      const message = `Settings of "${plugin.id}" that do not fit any more are not used: ${misfits.join(', ')}`;
      await events.record({
        level: 'warn',
        type: 'plugin.settings-ignored',
        message,
        plugin: plugin.id,
        fields: { fields: misfits },
      });
    },

    of(plugin) {
      if (hasSealed(plugin) && locked()) {
        throw new MusterError('VAULT_LOCKED', `Settings of "${plugin.id}" are secret, and the vault is locked. Unlock it first.`);
      }
      const known = valid.get(plugin.id);
      if (known) return known;
      const parsed = parse(plugin, inTheOpen(plugin, current(plugin)));
      valid.set(plugin.id, parsed);
      return parsed;
    },

    shown(plugin) {
      const values = current(plugin);
      const secret = secretsOf(plugin);
      try {
        if (!hasSealed(plugin) || !locked()) this.of(plugin);
      } catch (error) {
        if (error instanceof MusterError && error.code === 'BAD_INPUT') return null;
      }
      const shape = plugin.config.shape as Record<string, z.ZodType>;
      return Object.fromEntries(
        Object.entries(shape).flatMap(([field, schema]) => {
          if (secret.has(field)) return field in values ? [[field, MASK]] : [];
          const parsed = schema.safeParse(values[field]);
          return parsed.success && parsed.data !== undefined ? [[field, withoutCredentials(parsed.data)]] : [];
        }),
      );
    },

    async change(plugin, patch, actor) {
      const fields = Object.keys(plugin.config.shape);
      const secret = secretsOf(plugin);
      const stored = (await store.get<SettingsRecord>('settings', idOf(plugin)))?.values ?? {};
      const values: Record<string, Json> = { ...current(plugin) };
      for (const field of secret) if (field in values && field in stored) values[field] = stored[field] ?? null;
      const opened: Record<string, Json> = { ...inTheOpen(plugin, values) };
      const changed: string[] = [];
      for (const [field, value] of Object.entries(patch)) {
        if (!fields.includes(field)) {
          const hint =
            fields.length === 0 ? 'it has none' : `did you mean "${closest(field, fields)}"? It has: ${fields.join(', ')}`;
          throw new MusterError('BAD_INPUT', `"${plugin.id}" has no setting "${field}"; ${hint}.`);
        }
        if (secret.has(field) && value === MASK) continue;
        const whole = withCredentials(field, value, values[field]);
        if (whole !== value) continue;
        changed.push(field);
        if (value === undefined || (value === null && !takesNull(plugin, field))) {
          delete values[field];
          delete opened[field];
          continue;
        }
        const kept = JSON.parse(JSON.stringify(value)) as Json;
        opened[field] = kept;
        values[field] = secret.has(field) ? seal(plugin, field, kept) : kept;
      }
      const parsed = parse(plugin, opened);
      await write(plugin, values);
      valid.set(plugin.id, parsed);
      const message = `Settings of "${plugin.id}" changed: ${changed.join(', ')}`;
      await events.record({
        level: 'audit',
        type: 'plugin.configured',
        message,
        actor,
        plugin: plugin.id,
        fields: { fields: changed },
      });
    },

    close: unsubscribe,
  };
}
