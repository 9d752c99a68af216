import { ROTATION_STRATEGIES, secret } from '@muster/sdk';
import { z } from 'zod';

export const KINDS = ['api-key', 'sign-in'] as const;
export type Kind = (typeof KINDS)[number];

/** The plugin's own words, and the state each one means. */
export const STATUSES = {
  active: 'ready',
  inactive: 'paused',
  blocked: 'failed',
  'rate-limited': 'cooling',
  invalid: 'failed',
} as const;
export type Status = keyof typeof STATUSES;

const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** What may stand in a header; a line end would end it. */
const KEY = /^[\x21-\x7e]+$/;

const AccountFields = z.object({
  kind: z.enum(KINDS).default('api-key').describe('An API key, or a sign-in with email and password'),
  name: z.string().trim().min(1).max(254).describe('What it is called; of a sign-in its email'),
  apiKey: secret(
    z.string().max(1_000).regex(KEY, 'no spaces and no line ends').optional().describe('API key (of an account of kind api-key)'),
  ),
  password: secret(z.string().min(1).max(1_000).optional().describe('Password (of an account of kind sign-in)')),
  consent: z
    .string()
    .trim()
    .max(500)
    .optional()
    .describe("For a sign-in: your word that the service's terms allow it, with your name and the date"),
  title: z.string().max(200).optional().describe('A further name'),
  rateLimit: z.int().min(1).max(100_000).optional().describe('Requests within the window, where not as in the settings'),
  failedRequests: z.int().min(0).optional().describe('Failed requests that an older program counted'),
  rateLimitHits: z.int().min(0).optional().describe('Rate limits that an older program met'),
  legacyId: z.string().max(200).optional().describe('Its id in an older accounts file'),
});

export const Account = AccountFields.superRefine(({ kind, name, apiKey, password, consent }, context) => {
  const miss = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  if (kind === 'api-key' && (apiKey ?? '') === '') miss('apiKey', 'an account of kind api-key needs its key');
  if (kind !== 'sign-in') return;
  if (!EMAIL.test(name)) miss('name', 'a sign-in is named by its email address');
  if ((password ?? '') === '') miss('password', 'an account of kind sign-in needs its password');
  if ((consent ?? '').length < 3)
    miss('consent', 'a sign-in needs your word that the service\'s terms allow it: consent="<your name>, <date>"');
});
export type Account = z.output<typeof AccountFields>;

export const PRESETS = {
  conservative: { rateLimitPerAccount: 5, cooldownMs: 60_000 },
  moderate: { rateLimitPerAccount: 10, cooldownMs: 30_000 },
  aggressive: { rateLimitPerAccount: 15, cooldownMs: 20_000 },
} as const;

const DAY_MS = 86_400_000;
const STRATEGIES = ROTATION_STRATEGIES;
const Url = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const Config = z.object({
  baseUrl: Url.default('https://api.k2think.ai/v1').describe('The official API, for accounts of kind api-key'),
  webUrl: Url.default('https://www.k2think.ai').describe('The web API, for accounts of kind sign-in'),
  rotationStrategy: z.enum(STRATEGIES).default('round-robin').describe('Which account is next'),
  preset: z
    .enum(['none', 'conservative', 'moderate', 'aggressive'])
    .default('none')
    .describe('Limit and cooldown in one word: 5 and 60 s, 10 and 30 s, 15 and 20 s; none: as set below'),
  rateLimitPerAccount: z.int().min(1).max(100_000).default(10).describe('Requests of an account within the window'),
  rateLimitWindowMs: z.int().min(100).max(DAY_MS).default(60_000).describe('The window; it slides'),
  cooldownMs: z.int().min(0).max(DAY_MS).default(30_000).describe('Rest of an account that reached its limit'),
  signInRateLimit: z.int().min(1).max(100_000).default(5).describe('Requests of a sign-in within the window, at most'),
  signInCooldownMs: z.int().min(0).max(DAY_MS).default(60_000).describe('Rest of a sign-in that reached its limit'),
  maxCooldownMs: z
    .int()
    .min(1_000)
    .max(400 * DAY_MS)
    .default(DAY_MS)
    .describe('The longest rest that the service may ask for'),
  maxConcurrentPerAccount: z.int().min(1).max(10_000).default(8).describe('Requests of an account at once'),
  tokensPerMinute: z.int().min(0).max(1_000_000_000).default(0).describe('Tokens of an account within a minute; 0: no limit'),
  maxRetries: z.int().min(0).max(20).default(3).describe('Further accounts that a request is tried with'),
  autoValidateOnAdd: z.boolean().default(true).describe('Check the credentials of an account that was added'),
  maxWaitMs: z.int().min(0).max(600_000).default(30_000).describe('How long a request waits for a free account'),
  maxWaiting: z.int().min(0).max(1_000_000).default(1_000).describe('How many requests may wait'),
  requestTimeoutMs: z.int().min(100).max(3_600_000).default(120_000).describe('Until the first byte of an answer'),
  idleTimeoutMs: z.int().min(100).max(3_600_000).default(120_000).describe('Between two pieces of an answer'),
  breakerFailures: z.int().min(1).max(10_000).default(10).describe('Faults of the service in a row after which it is left alone'),
  breakerRestMs: z.int().min(100).max(3_600_000).default(5_000).describe('For so long; then one request tries'),
  reasoning: z
    .enum(['separate', 'as-is'])
    .default('separate')
    .describe("The model's thinking: in reasoning_content, or left within the text"),
  impliedThinking: z
    .boolean()
    .default(false)
    .describe('Streams begin within the thinking, whose opening tag the service leaves out'),
  gatewayPort: z.int().min(0).max(65_535).default(8_790).describe('Port of the gateway on 127.0.0.1; 0: any free one'),
  gatewayAtStart: z.boolean().default(false).describe('Open the gateway with the host'),
  maxBodyBytes: z.int().min(1_024).max(1_073_741_824).default(20_971_520).describe('The longest request that the gateway takes'),
  encryptionKey: z
    .string()
    .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'env:NAME or file:/path')
    .default('env:ACCOUNT_ENCRYPTION_KEY')
    .describe('Where the key of older accounts files is found: env:NAME or file:/path, 32 bytes in hex'),
});
export type Config = z.output<typeof Config>;

/** The limits of an account of kind api-key, with the preset applied. */
export const limitsOf = (config: Config): { readonly limit: number; readonly cooldownMs: number } => {
  const preset = config.preset === 'none' ? undefined : PRESETS[config.preset];
  return {
    limit: preset?.rateLimitPerAccount ?? config.rateLimitPerAccount,
    cooldownMs: preset?.cooldownMs ?? config.cooldownMs,
  };
};

export const ImportOptions = z.object({
  consent: z
    .string()
    .min(3)
    .max(500)
    .optional()
    .describe("Your word that the service's terms allow the sign-ins of the file, with your name and the date"),
  keyFile: z
    .string()
    .max(4_096)
    .meta({ path: 'read' })
    .optional()
    .describe(
      'The key of an older accounts file, readable by you only; else as the file says, most often $ACCOUNT_ENCRYPTION_KEY',
    ),
  encryptionKey: secret(z.string().max(200).optional())
    .meta({ secret: true, env: 'ACCOUNT_ENCRYPTION_KEY' })
    .describe('The key itself'),
});
export type ImportOptions = z.output<typeof ImportOptions>;

export const ValidateInput = z.object({});
export const StatsInput = z.object({});
export const ResetInput = z.object({});

export const GatewayInput = z.object({
  port: z.int().min(0).max(65_535).optional().describe('On this port, in place of the one in the settings; 0: any free one'),
  forMs: z.int().min(1).optional().describe('Ends by itself after so long'),
});
export type GatewayInput = z.output<typeof GatewayInput>;

export const TestInput = z.object({
  account: z.string().min(1).max(254).describe('Id or name of the account'),
  prompt: z.string().min(1).max(4_000).default('Say hello in one word.').describe('What it is asked'),
  model: z.string().min(1).max(200).default('MBZUAI-IFM/K2-Think-v2').describe('Which model'),
});
export type TestInput = z.output<typeof TestInput>;
