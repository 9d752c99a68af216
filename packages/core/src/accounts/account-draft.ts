import { MusterError, secretFields, type Json, type JsonObject, type Plugin } from '@muster/sdk';
import type { z } from 'zod';
import type { Vault } from '../vault/vault.ts';
import { identityOf, type Identity } from './identity.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a plugin's data say of an account, secrets still in the clear. */
export interface AccountDraft extends Identity {
  readonly plain: JsonObject;
  readonly secrets: Readonly<Record<string, string>>;
  readonly label: string;
  readonly rank: number;
}

/** A copy of a value as JSON holds it; undefined where JSON has nothing for it. */
const toJson = (value: unknown): Json | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value === undefined || typeof value === 'bigint') return value === undefined ? undefined : String(value);
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as Json);
};

const secretText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(toJson(value)) ?? ''));

const issueText = ({ path, message }: Issue): string => (path.length > 0 ? `${path.join('.')}: ${message}` : message);

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

export const refusal = (issues: readonly Issue[]): MusterError =>
  new MusterError('BAD_INPUT', issues.slice(0, 5).map(issueText).join('; '), {
    details: { fields: issues.slice(0, 50).map(({ path, message }) => ({ path: path.join('.'), message })) },
  });

const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

const labelOf = (plugin: Plugin, plain: JsonObject): string => {
  const label: unknown = plugin.label(plain);
  if (typeof label === 'string' && label !== '') return label;
  return (plugin.identity[0] ?? []).map((field) => asText(plain[field])).join('/');
};

export const rankOf = (plugin: Plugin, plain: JsonObject): number => {
  const rank = plugin.rank === undefined ? 0 : plain[plugin.rank];
  return typeof rank === 'number' ? Math.trunc(rank) : 0;
};

/** A plugin's schema, taken apart once for the many rows that go through it. */
export interface Drafter {
  /** Validates a whole account. BAD_INPUT names each field that does not fit. */
  draft(raw: Data): AccountDraft;
  /** Validates only the fields that are there: for an account that is known already. Null takes an optional field away. */
  part(raw: Data): {
    readonly plain: JsonObject;
    readonly secrets: Readonly<Record<string, string>>;
    readonly removed: readonly string[];
  };
  /** The account that these plain fields describe. */
  describe(plain: JsonObject): Omit<AccountDraft, 'secrets'>;
  /** Splits what the schema let through. */
  split(parsed: Data): Pick<AccountDraft, 'plain' | 'secrets'>;
  hasField(field: string): boolean;
  /** What the schema itself says of the first identity where the data say nothing. */
  readonly identityDefaults: Data;
  readonly secretFields: ReadonlySet<string>;
}

export function createDrafter(plugin: Plugin): Drafter {
  const secret = new Set(secretFields(plugin.account));
  const shape = plugin.account.shape as Record<string, z.ZodType>;

  const split: Drafter['split'] = (parsed) => {
    const plain: Record<string, Json> = {};
    const secrets: Record<string, string> = {};
    for (const field in parsed) {
      if (!Object.hasOwn(parsed, field)) continue;
      const value = parsed[field];
      if (secret.has(field)) {
        const text = value === undefined || value === null ? '' : secretText(value);
        if (text !== '') secrets[field] = text;
      } else {
        const kept = toJson(value);
        if (kept !== undefined) plain[field] = kept;
      }
    }
    return { plain, secrets };
  };
  const describe: Drafter['describe'] = (plain) => {
    const { key, key2 } = identityOf(plugin, plain);
    return { plain, key, key2, label: labelOf(plugin, plain), rank: rankOf(plugin, plain) };
  };

  const identityDefaults: Record<string, unknown> = {};
  for (const field of plugin.identity[0] ?? []) {
    const parsed = shape[field]?.safeParse(undefined);
    if (parsed?.success && parsed.data !== undefined) identityDefaults[field] = parsed.data;
  }

  return {
    identityDefaults,
    secretFields: secret,
    hasField: (field) => Object.hasOwn(shape, field),
    split,
    describe,
    draft(raw) {
      const parsed = plugin.account.safeParse(raw);
      if (!parsed.success) throw refusal(parsed.error.issues);
      const { plain, secrets } = split(parsed.data);
      const { key, key2, label, rank } = describe(plain);
      return { plain, key, key2, label, rank, secrets };
    },
    part(raw) {
      const fields: Record<string, unknown> = {};
      const removed: string[] = [];
      for (const [field, value] of Object.entries(raw)) {
        const schema = Object.hasOwn(shape, field) ? shape[field] : undefined;
        if (!schema)
          throw new MusterError(
            'BAD_INPUT',
            `${field}: accounts of "${plugin.id}" have no such field. They have: ${Object.keys(shape).join(', ')}.`,
          );
        const parsed = schema.safeParse(value);
        if (parsed.success && parsed.data !== undefined) fields[field] = parsed.data;
        else if (parsed.success || (value === null && schema.safeParse(undefined).success)) removed.push(field);
        else throw refusal(parsed.error.issues.map(({ path, message }) => ({ path: [field, ...path], message })));
      }
      return { ...split(fields), removed };
    },
  };
}

/** Seals secrets for one account. VAULT_LOCKED. */
export function sealSecrets(
  vault: Vault,
  place: { readonly plugin: string; readonly id: string },
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const sealed: Record<string, string> = {};
  for (const field of Object.keys(secrets)) {
    const value = secrets[field];
    if (value !== undefined) sealed[field] = vault.seal(value, { provider: place.plugin, accountId: place.id, field });
  }
  return sealed;
}
