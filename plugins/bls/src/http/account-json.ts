import { secretFields, type KnownAccount } from '@muster/sdk';
import { fieldOf, snakeName } from '../import/field-names.ts';
import { Account } from '../schemas.ts';

const HIDDEN = new Set(secretFields(Account));
const FIELDS = Object.keys(Account.shape).filter((field) => !HIDDEN.has(field));
const KNOWN = new Set(Object.keys(Account.shape));

/** Fields of the older system that mean nothing here, and may be sent. */
const PASSED_OVER = new Set([
  'passport_type_guid',
  'passport_issue_country_guid',
  'birth_country_guid',
  'country_of_residence_guid',
  'proxy_id',
  'is_enabled',
  'id',
  'created_at',
  'updated_at',
]);
/** Kept by the registrations themselves. */
const OWN = new Set([
  'blsStatus',
  'processingAttempts',
  'lastProcessingAttempt',
  'lastActivity',
  'blsErrorMessage',
  'blsErrorKind',
  'blsCreatedAt',
]);

/** An account in the names of the older system. Secrets are never part of it. */
export function accountJson({
  id,
  status,
  state,
  why,
  tags,
  createdAt,
  updatedAt,
  data,
}: KnownAccount<Account>): Record<string, unknown> {
  const fields = Object.fromEntries(
    FIELDS.map((field) => [snakeName(field), (data as Readonly<Record<string, unknown>>)[field] ?? null]),
  );
  return {
    id,
    ...fields,
    sur_name: data.familyName ?? null,
    phone_country_code: data.countryCode,
    status: status ?? 'created',
    state,
    why,
    tags,
    is_enabled: status !== 'inactive',
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** The fields of a body, under any of their names, in ours; with what is wrong with their names. */
export function fieldsOf(body: unknown): { readonly fields: Record<string, unknown>; readonly problems: readonly Problem[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { fields: {}, problems: [{ path: '', message: 'must be an object with the fields of an account' }] };
  const fields: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(body)) {
    const field = KNOWN.has(name) ? name : fieldOf(name);
    if (PASSED_OVER.has(name) || value === null) continue;
    if (field === undefined || !KNOWN.has(field)) problems.push({ path: name, message: 'there is no such field' });
    else if (OWN.has(field)) problems.push({ path: name, message: 'is kept by the registrations and cannot be set' });
    else fields[field] ??= value === '' ? undefined : value;
  }
  return { fields, problems };
}
