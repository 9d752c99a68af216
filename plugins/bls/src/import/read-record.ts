import type { ImportFacts } from '@muster/sdk';
import { ACCOUNT_STATUSES, BLS_STATUSES, Day, type ImportOptions } from '../schemas.ts';
import type { FileField } from './field-names.ts';

export type FileRecord = Readonly<Partial<Record<FileField, string>>>;

export interface ReadRecord {
  readonly data: Readonly<Record<string, unknown>>;
  readonly facts?: ImportFacts;
}

/** What is wrong with one value, for the report of the row. */
class Misread extends Error {}

const DAYS: ReadonlySet<FileField> = new Set<FileField>(['passportIssueDate', 'passportExpiryDate', 'dateOfBirth']);
const MOMENTS: ReadonlySet<FileField> = new Set<FileField>(['consentAt', 'blsCreatedAt', 'lastProcessingAttempt']);
const CODES = [
  '213',
  '212',
  '216',
  '218',
  '222',
  '223',
  '227',
  '34',
  '33',
  '39',
  '44',
  '49',
  '20',
  '1',
  '971',
  '974',
  '966',
  '90',
  '32',
  '41',
  '31',
  '351',
];

/** `2031-04-30` of the ways people write a day. */
export function dayOf(text: string, order: ImportOptions['dates']): string {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text);
  const other = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(text);
  if (!iso && !(other && order !== 'iso')) throw new Misread(`“${text}” is no date; write it as YYYY-MM-DD`);
  const [, a = '', b = '', c = ''] = iso ?? other ?? [];
  const [year, month, day] = iso ? [a, b, c] : order === 'month-first' ? [c, a, b] : [c, b, a];
  const parsed = Day.safeParse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (!parsed.success)
    throw new Misread(
      `“${text}” is no day of the calendar${iso ? '' : ` when read ${order === 'month-first' ? 'month' : 'day'} first; write it as YYYY-MM-DD, or choose how dates are meant`}`,
    );
  return parsed.data;
}

function momentOf(text: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at.getTime())) throw new Misread(`“${text}” is no date and time; write it as 2026-01-31T12:00:00Z`);
  return at.toISOString();
}

/** A number as people write it, taken apart into country code and the rest. */
function phoneOf(text: string, given: string | undefined): { readonly mobile: string; readonly countryCode?: string } {
  const digits = text.replace(/[^\d+]/g, '');
  const code = given === undefined ? undefined : `+${given.replace(/\D/g, '').replace(/^00/, '')}`;
  const whole = /^(?:\+|00)(\d+)$/.exec(digits)?.[1];
  if (whole === undefined) return { mobile: digits, ...(code !== undefined && { countryCode: code }) };
  const known = code?.slice(1) ?? CODES.toSorted((a, b) => b.length - a.length).find((one) => whole.startsWith(one));
  if (known === undefined || !whole.startsWith(known))
    throw new Misread(`the country code of “${text}” is not clear; write it in a column of its own`);
  return { mobile: whole.slice(known.length), countryCode: `+${known}` };
}

const oneOf = <T extends string>(text: string, words: Readonly<Record<string, T>>, what: string): T => {
  const found = words[text.trim().toLowerCase()];
  if (found === undefined) throw new Misread(`“${text}” is no ${what}: ${[...new Set(Object.values(words))].join(', ')}`);
  return found;
};

const GENDERS = {
  m: 'Male',
  male: 'Male',
  h: 'Male',
  homme: 'Male',
  man: 'Male',
  masculin: 'Male',
  masculino: 'Male',
  hombre: 'Male',
  f: 'Female',
  female: 'Female',
  femme: 'Female',
  w: 'Female',
  woman: 'Female',
  féminin: 'Female',
  feminin: 'Female',
  femenino: 'Female',
  mujer: 'Female',
} as const;
const MARITAL = {
  single: 'Single',
  s: 'Single',
  celibataire: 'Single',
  célibataire: 'Single',
  married: 'Married',
  m: 'Married',
  marié: 'Married',
  mariée: 'Married',
  marie: 'Married',
  mariee: 'Married',
  divorced: 'Divorced',
  d: 'Divorced',
  divorcé: 'Divorced',
  divorcée: 'Divorced',
  widowed: 'Widowed',
  widow: 'Widowed',
  widower: 'Widowed',
  veuf: 'Widowed',
  veuve: 'Widowed',
} as const;
const YES: Readonly<Record<string, 'yes' | 'no'>> = {
  yes: 'yes',
  true: 'yes',
  '1': 'yes',
  oui: 'yes',
  no: 'no',
  false: 'no',
  '0': 'no',
  non: 'no',
};

const words = <T extends string>(all: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(all.map((one) => [one, one]));

/** A row with a login and a password for the site, and nothing of a person: the older model. */
const isLegacy = (record: FileRecord): boolean =>
  (record.blsPassword !== undefined || record.password !== undefined) &&
  record.firstName === undefined &&
  record.lastName === undefined &&
  record.familyName === undefined &&
  record.passportNumber === undefined;

function legacy(record: FileRecord): ReadRecord {
  const login = record.blsUsername ?? record.email ?? '';
  const email = record.email ?? (login.includes('@') ? login : undefined);
  if (email === undefined)
    throw new Misread(`email: the record has a login (“${login}”) but no e-mail address, by which accounts are known`);
  const data = {
    email: email.trim().toLowerCase(),
    blsUsername: login.trim(),
    blsPassword: record.blsPassword ?? record.password,
    blsStatus: 'created',
    ...(record.notes !== undefined && { notes: record.notes }),
    ...(record.blsCreatedAt !== undefined && { blsCreatedAt: at('blsCreatedAt', () => momentOf(record.blsCreatedAt ?? '')) }),
  };
  const tags = ['older-record', ...tagsOf(record.tags)];
  return {
    data,
    facts: { status: 'bls_created', tags, ...(record.status !== undefined && { why: `was “${record.status.slice(0, 40)}”` }) },
  };
}

const tagsOf = (text: string | undefined): string[] => (text ?? '').split(/[,;\s]+/).filter((tag) => tag !== '');

function at<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${field}: ${error.message}`) : error;
  }
}

function person(record: FileRecord, options: ImportOptions): ReadRecord {
  const data: Record<string, unknown> = {};
  const problems: string[] = record.email === undefined ? ['email: it is missing; accounts are known by it'] : [];
  const take = (field: FileField, read: () => Readonly<Record<string, unknown>>): void => {
    try {
      Object.assign(data, at(field, read));
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      problems.push(error.message);
    }
  };
  for (const [field, text = ''] of Object.entries(record) as [FileField, string | undefined][]) {
    if (field === 'status' || field === 'tags' || field === 'mobile' || field === 'countryCode') continue;
    take(field, () => ({ [field]: valueOf(field, text, options) }));
  }
  if (record.mobile !== undefined) take('mobile', () => phoneOf(record.mobile ?? '', record.countryCode));
  else if (record.countryCode !== undefined) data['countryCode'] = record.countryCode;
  // All of them at once, so that a row is mended once.
  if (problems.length > 0) throw new Misread(problems.join(' · '));
  // The site asks for both; most lists have one family name.
  if (data['lastName'] === undefined && data['familyName'] !== undefined) data['lastName'] = data['familyName'];
  const status =
    record.status === undefined
      ? statusOfBls(data['blsStatus'])
      : at('status', () => oneOf(record.status ?? '', words(ACCOUNT_STATUSES), 'status'));
  const tags = tagsOf(record.tags);
  if (data['blsStatus'] === undefined && status === 'bls_created') data['blsStatus'] = 'created';
  if (data['blsStatus'] === undefined && status === 'bls_creating') data['blsStatus'] = 'creating';
  if (data['blsStatus'] === undefined && status === 'bls_failed') data['blsStatus'] = 'failed';
  return { data, facts: { status: status ?? 'created', ...(tags.length > 0 && { tags }) } };
}

const statusOfBls = (bls: unknown): string | undefined =>
  ({ creating: 'bls_creating', created: 'bls_created', failed: 'bls_failed' })[String(bls)];

function valueOf(field: FileField, text: string, { dates }: ImportOptions): unknown {
  if (DAYS.has(field)) return dayOf(text, dates);
  if (MOMENTS.has(field)) return momentOf(text);
  switch (field) {
    case 'gender':
      return oneOf(text, GENDERS, 'gender');
    case 'maritalStatus':
      return oneOf(text, MARITAL, 'marital status');
    case 'blsStatus':
      return oneOf(text, words(BLS_STATUSES), 'BLS status');
    case 'primaryApplicant':
      return oneOf(text, YES, 'yes or no') === 'yes';
    case 'numberOfMembers':
    case 'processingAttempts':
      return Number(text);
    case 'email':
      return text.toLowerCase();
    default:
      return text;
  }
}

/** One record of a file as an account; a text is the reason why it cannot be one. Values without text are not given. */
export function readRecord(raw: FileRecord, options: ImportOptions): ReadRecord | string {
  const record = Object.fromEntries(
    Object.entries(raw).flatMap(([field, text]) => (text.trim() === '' ? [] : [[field, text.trim()]])),
  ) as FileRecord;
  try {
    return isLegacy(record) ? legacy(record) : person(record, options);
  } catch (error) {
    if (error instanceof Misread) return error.message;
    throw error;
  }
}
