import { MusterError, type Json, type JsonObject, type Plugin } from '@muster/sdk';
import { closest } from 'fastest-levenshtein';
import type { Events } from '../events/events.ts';
import type { CollectionDefinition, Store } from '../ports/store.ts';

/** Settings that an operator made; what they left alone stands in the schemas. */
export const SETTINGS: CollectionDefinition = { name: 'settings', indexes: {} };

interface SettingsRecord {
  readonly id: string;
  readonly values: JsonObject;
}

export interface PluginSettings {
  load(plugin: Plugin): Promise<void>;
  /** Validated, defaults filled in. BAD_INPUT when the plugin needs a setting that nobody made. */
  of(plugin: Plugin): Readonly<Record<string, unknown>>;
  /** `null` takes a setting back to its default. */
  change(plugin: Plugin, patch: Readonly<Record<string, unknown>>, actor: string): Promise<void>;
}

export function createPluginSettings(deps: { readonly store: Store; readonly events: Events }): PluginSettings {
  const { store, events } = deps;
  const made = new Map<string, JsonObject>();
  const valid = new Map<string, Readonly<Record<string, unknown>>>();
  const idOf = (plugin: Plugin): string => `plugin/${plugin.id}`;

  const parse = (plugin: Plugin, values: JsonObject): Readonly<Record<string, unknown>> => {
    const parsed = plugin.config.safeParse(values);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new MusterError('BAD_INPUT', `Settings of "${plugin.id}": ${issues.join('; ')}`, {
      details: { fields: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) },
    });
  };

  return {
    async load(plugin) {
      const record = await store.get<SettingsRecord>('settings', idOf(plugin));
      if (!record) return;
      const values: Record<string, Json> = { ...record.values };
      const parsed = plugin.config.safeParse(values);
      // Written for another version of the plugin: keep what still fits, and say what does not.
      const misfits = parsed.success
        ? []
        : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))].filter((field) => field in values);
      for (const field of misfits) delete values[field];
      made.set(plugin.id, values);
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
      const known = valid.get(plugin.id);
      if (known) return known;
      const parsed = parse(plugin, made.get(plugin.id) ?? {});
      valid.set(plugin.id, parsed);
      return parsed;
    },

    async change(plugin, patch, actor) {
      const fields = Object.keys(plugin.config.shape);
      const values: Record<string, Json> = { ...made.get(plugin.id) };
      for (const [field, value] of Object.entries(patch)) {
        if (!fields.includes(field)) {
          const hint =
            fields.length === 0 ? 'it has none' : `did you mean "${closest(field, fields)}"? It has: ${fields.join(', ')}`;
          throw new MusterError('BAD_INPUT', `"${plugin.id}" has no setting "${field}"; ${hint}.`);
        }
        if (value === null || value === undefined) delete values[field];
        else values[field] = JSON.parse(JSON.stringify(value)) as Json;
      }
      const parsed = parse(plugin, values);
      const id = idOf(plugin);
      const there = await store.get('settings', id);
      await store.commit([
        there
          ? { update: 'settings', id, patch: { set: { values } } }
          : { insert: 'settings', document: { id, values } as SettingsRecord },
      ]);
      made.set(plugin.id, values);
      valid.set(plugin.id, parsed);
      const changed = Object.keys(patch);
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
  };
}
