import { secret } from '@muster/sdk';
import { z } from 'zod';

const text = (): z.ZodString => z.string().trim().min(1).max(200);

/** A calendar day, `2031-04-30`; one that is in the calendar. */
export const Day = z
  .string()
  .trim()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a day as YYYY-MM-DD')
  .refine((day) => {
    const date = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day;
  }, 'there is no such day in the calendar');

const Moment = z.iso.datetime({ offset: true });

export const ACCOUNT_STATUSES = ['created', 'bls_creating', 'bls_created', 'bls_failed', 'inactive'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export const BLS_STATUSES = ['not_created', 'creating', 'created', 'failed'] as const;
export const BlsStatus = z.enum(BLS_STATUSES);
export type BlsStatus = z.output<typeof BlsStatus>;

const shape = {
  firstName: text().optional().describe('Given name'),
  lastName: text().optional().describe('Last name'),
  familyName: text().optional().describe('Surname / family name, as the site asks for beside the last name'),
  email: z.email().max(254).describe('E-mail address; the applicant’s own mailbox'),
  mobile: z
    .string()
    .trim()
    .regex(/^[0-9][0-9 ()-]{4,19}$/, 'digits of a mobile number, without the country code')
    .optional()
    .describe('Mobile number without the country code'),
  countryCode: z
    .string()
    .trim()
    .regex(/^\+[1-9]\d{0,3}$/, 'a country code such as +213')
    .default('+213')
    .describe('Country code of the mobile number'),
  passportNumber: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9]{5,20}$/, '5 to 20 letters and digits')
    .optional()
    .describe('Passport number'),
  passportType: text().default('Ordinary').describe('Passport type, as the site lists it'),
  passportIssueDate: Day.optional().describe('Passport issued on'),
  passportExpiryDate: Day.optional().describe('Passport expires on'),
  passportIssuePlace: text().optional().describe('Place of issue of the passport'),
  passportIssueCountry: text().default('Algeria').describe('Country that issued the passport'),
  dateOfBirth: Day.optional().describe('Born on'),
  birthPlace: text().optional().describe('Place of birth'),
  birthCountry: text().optional().describe('Country of birth'),
  countryOfResidence: text().default('Algeria').describe('Country of residence'),
  nationality: text().optional().describe('Nationality'),
  gender: z.enum(['Male', 'Female']).default('Male').describe('Gender'),
  maritalStatus: z.enum(['Single', 'Married', 'Divorced', 'Widowed']).default('Single').describe('Marital status'),
  numberOfMembers: z.int().min(1).max(20).default(1).describe('Members of the application'),
  relationship: text().default('Self').describe('Relationship to the main applicant'),
  primaryApplicant: z.boolean().default(true).describe('Main applicant'),
  password: secret(z.string().min(1).max(200).optional()).describe('Password that the applicant wants'),
  notes: z.string().max(4_000).optional().describe('Notes'),
  consentAt: Moment.optional().describe('When the applicant agreed to be registered by you (needed for any live site)'),
  consentStatement: z.string().trim().max(2_000).optional().describe('What the applicant agreed to, and how you know'),
  blsStatus: BlsStatus.default('not_created').describe('Where the registration stands'),
  blsUsername: z.string().max(254).optional().describe('Login at the site'),
  blsPassword: secret(z.string().min(1).max(200).optional()).describe('Password at the site'),
  blsCreatedAt: Moment.optional().describe('Registered at'),
  blsErrorMessage: z.string().max(2_000).optional().describe('Last error'),
  blsErrorKind: z.string().max(100).optional().describe('Kind of the last error'),
  processingAttempts: z.int().min(0).default(0).describe('Attempts to register'),
  lastProcessingAttempt: Moment.optional().describe('Last attempt at'),
  lastActivity: Moment.optional().describe('Last change of the registration'),
};

/** What a registration cannot do without. */
export const NEEDED_TO_REGISTER = [
  'firstName',
  'lastName',
  'mobile',
  'passportNumber',
  'passportIssueDate',
  'passportExpiryDate',
  'passportIssuePlace',
  'dateOfBirth',
] as const;

/** Rules between fields; each is looked at only when the fields it speaks of are there. */
function problemsOf(account: z.output<z.ZodObject<typeof shape>>): { readonly path: string; readonly message: string }[] {
  const problems: { path: string; message: string }[] = [];
  const { dateOfBirth: born, passportIssueDate: issued, passportExpiryDate: expires } = account;
  // A login that is there already, from an older system, may come without the person.
  if (account.blsStatus !== 'created')
    for (const path of NEEDED_TO_REGISTER)
      if (account[path] === undefined) problems.push({ path, message: 'is needed for a registration' });
  if (issued !== undefined && expires !== undefined && expires <= issued)
    problems.push({ path: 'passportExpiryDate', message: `the passport expires (${expires}) before it was issued (${issued})` });
  if (born !== undefined && issued !== undefined && issued < born)
    problems.push({
      path: 'passportIssueDate',
      message: `the passport was issued (${issued}) before its holder was born (${born})`,
    });
  if (born !== undefined && born < '1900-01-01') problems.push({ path: 'dateOfBirth', message: 'is too long ago' });
  return problems;
}

export const Account = z.object(shape).superRefine((account, ctx) => {
  for (const { path, message } of problemsOf(account)) ctx.addIssue({ code: 'custom', path: [path], message });
});
export type Account = z.output<typeof Account>;

const Ms = (least: number, most: number) => z.int().min(least).max(most);

export const Config = z.object({
  profile: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,49}$/)
    .default('simulator')
    .describe('The site profile to work with; only `simulator` is there and enabled from the start'),
  siteUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the site is, in place of what the profile says; on this machine only'),
  proxyCountry: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters, such as DZ or ES')
    .optional()
    .describe('Only proxies of this country'),
  paceMs: Ms(0, 600_000).optional().describe('At least so long between two visits of the site; default: what the profile says'),
  otpCommand: z
    .array(z.string().min(1))
    .max(50)
    .default([])
    .describe('Program and arguments that give the code from your own mailbox: JSON on stdin, the code on stdout'),
  otpCommandTimeoutMs: Ms(1_000, 600_000).default(120_000).describe('How long that program may look for the mail'),
  promptMs: Ms(10_000, 86_400_000).default(600_000).describe('How long a question waits for a person'),
  stepTimeoutMs: Ms(1_000, 600_000).default(60_000).describe('A page or an answer that takes longer has failed'),
  browserPath: z.string().min(1).optional().describe('The browser to use; default: the lean one of this machine'),
  recycleJobs: Ms(1, 100_000).default(200).describe('A browser is replaced after so many registrations'),
  recycleMinutes: Ms(1, 10_000).default(60).describe('A browser is replaced after so long'),
  idleBrowserS: Ms(0, 86_400).default(300).describe('A browser that nobody needs is closed after so many seconds'),
  recycleMb: Ms(100, 100_000).default(1_500).describe('A browser is replaced when it uses more memory than this'),
});
export type Config = z.output<typeof Config>;

/** Tries of one registration, the first included. */
export const MAX_ATTEMPTS = 5;

export const CreateInput = z.object({
  proxyCountry: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters, such as DZ or ES')
    .optional()
    .describe('Only proxies of this country'),
});
export type CreateInput = z.output<typeof CreateInput>;

export const DeactivateInput = z.object({ reason: z.string().max(200).optional().describe('Why') });
export type DeactivateInput = z.output<typeof DeactivateInput>;

export const ConsentInput = z.object({
  statement: z.string().trim().min(20).max(2_000).describe('What the applicant agreed to, and how you know it'),
});
export type ConsentInput = z.output<typeof ConsentInput>;

const ProfileId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'small letters, digits and -');
export const CheckProfileInput = z.object({ profile: ProfileId.optional().describe('Default: the one that is set') });
export type CheckProfileInput = z.output<typeof CheckProfileInput>;

export const EnableProfileInput = z.object({
  profile: ProfileId.describe('The file <data>/plugin-data/bls/profiles/<profile>.json'),
  statement: z
    .string()
    .trim()
    .min(40)
    .max(2_000)
    .describe('Why you may use this site so: whose consent you have, and that its rules allow it. Recorded'),
  by: z.string().trim().min(2).max(100).describe('Your name'),
});
export type EnableProfileInput = z.output<typeof EnableProfileInput>;

export const DisableProfileInput = z.object({ profile: ProfileId.describe('The profile that may no longer be used') });
export type DisableProfileInput = z.output<typeof DisableProfileInput>;

export const ResumeSiteInput = z.object({ note: z.string().max(200).optional().describe('Why it may go on') });
export type ResumeSiteInput = z.output<typeof ResumeSiteInput>;

export const ImportOptions = z.object({
  dates: z
    .enum(['iso', 'day-first', 'month-first'])
    .default('day-first')
    .describe('How dates such as 03/04/1990 are meant; YYYY-MM-DD is always understood'),
});
export type ImportOptions = z.output<typeof ImportOptions>;
