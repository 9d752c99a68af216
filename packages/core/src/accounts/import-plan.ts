import { isDeepStrictEqual } from 'node:util';
import type { ImportFacts, Json, Plugin } from '@muster/sdk';
import type { Operation } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccountRecord } from './account-record.ts';
import { sealSecrets, type Drafter } from './account-draft.ts';
import type { ImportOptions, ImportOutcome } from './accounts.ts';
import type { ImportRow } from './import-row.ts';
import { factsOf } from './import-facts.ts';
import { newRecord } from './new-record.ts';
import { taken } from './uniqueness.ts';

export type Verdict =
  | { readonly outcome: ImportOutcome; readonly label: string; readonly id: string | undefined; readonly operation?: Operation }
  | { readonly refused: string };

export interface ImportPlanner {
  /** What becomes of one row, given the accounts that have its identities, from the store or from earlier rows of the batch. */
  plan(row: ImportRow, known: AccountRecord | undefined, rival: AccountRecord | undefined): Verdict;
}

export interface ImportPlannerOptions {
  readonly plugin: Plugin;
  readonly drafter: Drafter;
  readonly vault: Vault;
  readonly onConflict: ImportOptions['onConflict'];
  /** What is planned is told and not stored, so nothing is sealed. */
  readonly dryRun: boolean;
  readonly now: number;
  readonly newId: () => string;
  readonly place: () => number;
  /** What new accounts are tagged with. */
  readonly tags?: readonly string[];
  /** Accounts that are known stay as they are. */
  readonly skipKnown?: boolean;
}

export function createImportPlanner(options: ImportPlannerOptions): ImportPlanner {
  const { plugin, drafter, vault, onConflict, dryRun, now, newId, place, tags = [], skipKnown = false } = options;
  const identity = new Set(plugin.identity[0]);

  const seal = (id: string, secrets: Readonly<Record<string, string>>): Record<string, string> =>
    dryRun ? {} : sealSecrets(vault, { plugin: plugin.id, id }, secrets);

  const withFacts = (begins: AccountRecord, facts: ImportFacts): AccountRecord => {
    const known = factsOf(plugin, facts, now);
    return { ...begins, ...known, tags: [...new Set([...tags, ...(known.tags ?? [])])] };
  };
  const add = (row: ImportRow): Verdict => {
    if (row.incomplete !== undefined) return { refused: row.incomplete };
    const id = newId();
    const secrets = seal(id, row.secrets);
    const begins = newRecord(row, { id, plugin: plugin.id, order: place(), secrets, createdAt: now, tags });
    const document = row.facts ? withFacts(begins, row.facts) : begins;
    return { outcome: 'new', label: row.label, id, operation: { insert: 'accounts', document } };
  };

  /** Plain fields only fill or update; what is loaded of the rank is a lower bound. */
  const learn = (record: AccountRecord, row: ImportRow): Record<string, Json> => {
    const learned: Record<string, Json> = {};
    for (const [field, value] of Object.entries(row.plain)) {
      if (!row.given.has(field) || identity.has(field)) continue;
      const before = record.data[field];
      if (field === plugin.rank && typeof before === 'number' && typeof value === 'number' && value <= before) continue;
      if (!isDeepStrictEqual(before, value)) learned[field] = value;
    }
    return learned;
  };
  const opened = (record: AccountRecord, field: string): string | undefined => {
    const sealed = record.secrets[field];
    if (sealed === undefined) return undefined;
    try {
      return vault.open(sealed, { provider: plugin.id, accountId: record.id, field });
    } catch {
      // One that does not open is another one: the operator's choice decides whether the file replaces it.
      return '';
    }
  };
  const merge = (record: AccountRecord, row: ImportRow): Verdict => {
    const learned = learn(record, row);
    const secrets: Record<string, string> = {};
    let differs = false;
    for (const [field, value] of Object.entries(row.secrets)) {
      const before = opened(record, field);
      if (before === value) continue;
      if (before === undefined) secrets[field] = value;
      else {
        differs = true;
        if (onConflict === 'replace') secrets[field] = value;
      }
    }
    const changed = Object.keys(learned).length > 0 || Object.keys(secrets).length > 0;
    const outcome = differs
      ? ({ keep: 'kept', replace: 'replaced', ask: 'conflict' } as const)[onConflict]
      : changed
        ? 'updated'
        : 'unchanged';
    if (!changed) return { outcome, label: record.label, id: record.id };
    const { plain, key2, label, rank } = drafter.describe({ ...record.data, ...learned });
    const sealed = { ...record.secrets, ...seal(record.id, secrets) };
    const set = { data: plain, key2, label, rank, secrets: sealed, updatedAt: Math.max(now, record.updatedAt + 1) };
    const guard = { updatedAt: record.updatedAt };
    return {
      outcome,
      label,
      id: record.id,
      operation: { update: 'accounts', id: record.id, patch: { set }, if: guard },
    };
  };

  return {
    plan(row, known, rival) {
      if (rival && rival.id !== known?.id) return { refused: taken(plugin.identity[1] ?? [], rival) };
      if (known && skipKnown) return { outcome: 'unchanged', label: known.label, id: known.id };
      return known ? merge(known, row) : add(row);
    },
  };
}
