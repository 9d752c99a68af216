import { MusterError, type Json, type JsonObject } from '@muster/sdk';
import type { z } from 'zod';
import type { Store } from '../ports/store.ts';

interface SettingsRecord {
  readonly id: string;
  readonly values: JsonObject;
}

/** What an operator may set about one service of the core. */
export interface CoreSettings<T extends z.ZodObject> {
  /** Once, before the others. Values of an older version that do not fit any more are left out. */
  open(): Promise<void>;
  /** Defaults filled in. */
  now(): z.output<T>;
  /** Durable when it resolves; gives what stands now. BAD_INPUT. */
  change(patch: Readonly<Record<string, unknown>>): Promise<z.output<T>>;
}

/** Kept beside the settings of plugins, in the collection `settings`. */
export function createCoreSettings<T extends z.ZodObject>(
  store: Store,
  { name, schema }: { readonly name: string; readonly schema: T },
): CoreSettings<T> {
  const id = `core/${name}`;
  let values: JsonObject = {};
  let opening: Promise<void> | undefined;

  const parse = (given: JsonObject): z.output<T> => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
    throw new MusterError('BAD_INPUT', `Settings of ${name}: ${issues.join('; ')}.`);
  };

  return {
    open: () =>
      (opening ??= (async () => {
        const record = await store.get<SettingsRecord>('settings', id);
        const fitting = Object.entries(record?.values ?? {}).filter(
          ([field, value]) => schema.partial().safeParse({ [field]: value }).success,
        );
        values = Object.fromEntries(fitting);
      })()),

    now: () => parse(values),

    async change(patch) {
      const given = Object.entries(patch).filter(([, value]) => value !== undefined);
      const next = { ...values, ...Object.fromEntries(given.map(([field, value]) => [field, value as Json])) };
      const parsed = parse(next);
      const there = await store.get('settings', id);
      await store.commit([
        there
          ? { update: 'settings', id, patch: { set: { values: next } } }
          : { insert: 'settings', document: { id, values: next } as SettingsRecord },
      ]);
      values = next;
      return parsed;
    },
  };
}
