import { secret } from '@muster/sdk';
import { z } from 'zod';

const VERDICTS = ['good', 'temp-banned', 'perm-banned', 'blind', 'wrong-credentials', 'unknown'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.output<typeof Verdict>;

export const FORMATS = ['monocle', 'rocketmap'] as const;
export type Format = (typeof FORMATS)[number];

const Level = z.int().min(0).max(100);
const text = (): z.ZodString => z.string().max(1_000);

export const Account = z.object({
  provider: z.enum(['ptc', 'google']).default('ptc').describe('Where the account signs in'),
  username: text().min(1).describe('User name'),
  password: secret(text().min(1).optional()).describe('Password; some lists hold user names only'),
  level: Level.optional().describe('Level, or the least it is known to be'),
  email: text().optional().describe('Email address'),
  model: text().optional().describe('Device model, as iPhone9,1'),
  ios: text().optional().describe('iOS version'),
  deviceId: text().optional().describe('Device id'),
});
export type Account = z.output<typeof Account>;

const TEN_DAYS_MS = 864_000_000;
/** `null`: out of use, until a person puts it back. */
const Rest = z.int().min(0).nullable().default(TEN_DAYS_MS);

export const Config = z.object({
  checker: z
    .enum(['none', 'http', 'command'])
    .default('none')
    .describe('Who checks an account before it is handed out: nobody, a service, or a command of yours'),
  checkUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('With checker http: accounts are POSTed here as JSON'),
  checkCommand: z
    .array(z.string().min(1))
    .default([])
    .describe('With checker command: program and arguments; one JSON line in, one out'),
  checkTimeoutMs: z.int().min(100).max(600_000).default(60_000).describe('A check that takes longer has failed'),
  checksAtOnce: z.int().min(1).max(100).default(4).describe('Checks at the same time'),
  checkPaceMs: z.int().min(0).max(600_000).default(0).describe('At least so long between the starts of two checks'),
  tempBannedMs: Rest.describe('Rest of an account found temporarily banned; null takes it out of use'),
  permBannedMs: Rest.describe('Rest of an account found banned for good'),
  blindMs: Rest.describe('Rest of an account found blind'),
  wrongCredentialsMs: Rest.describe('Rest of an account whose password was refused'),
  unknownMs: Rest.describe('Rest of an account of which the checker could not tell'),
  pgpoolReleaseMs: z
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .default(7_200_000)
    .describe('Accounts that a PGPool client does not update for so long come back'),
  pgpoolCheckMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(30_000)
    .describe(
      'After so long no further check begins for a PGPool client: it gets what was found good. 0: it gets them unchecked',
    ),
});
export type Config = z.output<typeof Config>;

const Owner = z.string().regex(/^[\w.@:-]{1,100}$/, 'letters, digits and . _ @ : - only');

interface Levels {
  readonly minLevel?: number | undefined;
  readonly maxLevel?: number | undefined;
}
const levelsInOrder = ({ minLevel, maxLevel }: Levels): boolean =>
  minLevel === undefined || maxLevel === undefined || minLevel <= maxLevel;
const LEVELS_OUT_OF_ORDER = { path: ['maxLevel'], message: 'maxLevel is below minLevel' };

export const AllocateInput = z
  .object({
    count: z.int().min(1).max(1_000_000).describe('How many accounts'),
    minLevel: Level.optional().describe('Lowest level'),
    maxLevel: Level.optional().describe('Highest level'),
    format: z.enum(FORMATS).default('monocle').describe('Format of the file'),
    accountcsv: z
      .string()
      .min(1)
      .max(4_096)
      .meta({ path: 'write' })
      .describe("The file to write, as a full path on the host's machine; replaced in one step"),
    owner: Owner.default('file').describe('Who uses them'),
    leaseMs: z
      .int()
      .min(1_000)
      .nullable()
      .default(null)
      .describe('They come back by themselves after so long; null: free again at once, at the end of the circle'),
    check: z.boolean().default(true).describe('Check each account first, where a checker is set'),
    where: z.string().max(4_000).optional().describe('A further filter'),
  })
  .refine(levelsInOrder, LEVELS_OUT_OF_ORDER);
export type AllocateInput = z.output<typeof AllocateInput>;

const Username = z.string().min(1).max(1_000);

export const ReleaseInput = z.object({
  accountcsv: z
    .string()
    .min(1)
    .max(4_096)
    .meta({ path: 'read' })
    .optional()
    .describe('The accounts of this file come back: what an allocation wrote, in either format'),
  owner: Owner.optional().describe('Whose accounts come back: all of them, or those that are named'),
  usernames: z.array(Username).max(100_000).default([]).describe('Only these'),
  verdict: Verdict.default('good').describe('What became of them: any but good puts them to rest'),
});
export type ReleaseInput = z.output<typeof ReleaseInput>;

export const SwapInput = z.object({
  accountcsv: z
    .string()
    .min(1)
    .max(4_096)
    .meta({ path: 'write' })
    .describe('The file that an allocation wrote, in which one account is exchanged'),
  username: Username.describe('The account that goes'),
  verdict: Verdict.default('unknown').describe('What became of it'),
  minLevel: Level.optional().describe('Lowest level of the one that comes; the level of the one that goes'),
  maxLevel: Level.optional().describe('Highest level of the one that comes'),
  check: z.boolean().default(true).describe('Check it first, where a checker is set'),
});
export type SwapInput = z.output<typeof SwapInput>;

export const StatsInput = z.object({});

export const ForecastInput = z
  .object({
    count: z.int().min(1).max(100_000).describe('How many accounts'),
    minLevel: Level.optional().describe('Lowest level'),
    maxLevel: Level.optional().describe('Highest level'),
  })
  .refine(levelsInOrder, LEVELS_OUT_OF_ORDER);
export type ForecastInput = z.output<typeof ForecastInput>;

export const ImportOptions = z.object({
  level: z.int().min(1).max(100).optional().describe('A lower bound of the level of what is loaded'),
});

export const CheckInput = z.object({});
