import { toMusterError, type ImportFacts } from '@muster/sdk';
import type { AccountDraft, Drafter } from './account-draft.ts';

/** One account of a file, as far as the plugin's schema let it through. */
export interface ImportRow extends AccountDraft {
  readonly line: number;
  /** The fields that the file itself has; others come from the schema's defaults and change nothing that is known. */
  readonly given: { has(field: string): boolean };
  /** Why it is not enough for a new account; a known one may still learn from it. */
  readonly incomplete: string | undefined;
  /** What the file knows of it beside its fields. */
  readonly facts: ImportFacts | undefined;
}

type Entry = { readonly line: number; readonly data: Readonly<Record<string, unknown>>; readonly facts?: ImportFacts };

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Reads one entry of an importer; a text is the reason why it cannot be used. */
export function readRow(drafter: Drafter, entry: Entry): ImportRow | string {
  const { line, data } = entry;
  const { facts } = entry;
  const given = { has: (field: string): boolean => Object.hasOwn(data, field) && isGiven(data[field]) };
  try {
    const { plain, key, key2, label, rank, secrets } = drafter.draft(data);
    return { plain, key, key2, label, rank, secrets, line, given, incomplete: undefined, facts };
  } catch (error) {
    const reason = toMusterError(error).message;
    try {
      const known = Object.entries(data).filter(([field]) => given.has(field) && drafter.hasField(field));
      const { plain, secrets } = drafter.part({ ...drafter.identityDefaults, ...Object.fromEntries(known) });
      return { ...drafter.describe(plain), secrets, line, given, incomplete: reason, facts };
    } catch {
      return reason;
    }
  }
}
