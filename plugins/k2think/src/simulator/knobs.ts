import { z } from 'zod';

/** What is so of one account alone, by its API key or email. */
const Particular = z.object({
  state: z.enum(['ok', 'invalid', 'blocked', 'pending']).optional(),
  /** Answers 429 to everything. */
  limited: z.boolean().optional(),
  limit: z.int().min(1).optional(),
  password: z.string().optional(),
});

/** What the simulated service does. Every setting may be changed while it runs. */
export const Knobs = z.object({
  latencyMs: z.int().min(0).max(600_000).default(0).describe('How long it thinks before it answers'),
  firstTokenMs: z.int().min(0).max(600_000).default(0).describe('Streams: how long until the first token'),
  tokenMs: z.int().min(0).max(60_000).default(0).describe('Streams: the time between two tokens; 0 sends all at once'),
  frames: z.int().min(1).max(100_000).default(8).describe('Streams: tokens of the answer'),
  answer: z.string().optional().describe('What it answers; words that are made up otherwise'),
  shape: z
    .enum(['plain', 'think', 'think-answer', 'closing-only', 'reasoning-content', 'details'])
    .default('plain')
    .describe('How its thinking is told'),
  stream: z
    .enum(['delta', 'cumulative', 'refused', 'json'])
    .default('delta')
    .describe('Streams: pieces, the whole text each time, refused with 400, or a whole answer instead'),
  pieceBytes: z.int().min(0).max(1_000_000).default(0).describe('Streams: cut what is sent into pieces of so many bytes'),
  crlf: z.boolean().default(false).describe('Streams: lines end in CR LF'),
  cutAfter: z.int().min(0).default(0).describe('Streams: the connection breaks after so many frames'),
  errorAfter: z.int().min(0).default(0).describe('Streams: an error comes after so many frames'),
  echo: z.boolean().default(false).describe('Answers name the account they were asked with, as system_fingerprint'),
  answerBytes: z.int().min(0).max(10_000_000).default(0).describe('Fill the answer up to so many bytes'),
  limit: z.int().min(0).default(0).describe('Requests of an account within the window; 0: no limit'),
  windowMs: z.int().min(1).default(60_000).describe('The window of the limit'),
  window: z.enum(['sliding', 'fixed']).default('sliding').describe('Kind of window'),
  maxConcurrent: z.int().min(0).default(0).describe('Requests of an account at once; 0: no limit'),
  retryAfter: z.enum(['none', 'seconds', 'date', 'ms']).default('seconds').describe('How 429 says how long to wait'),
  retryAfterMs: z.int().min(0).default(0).describe('What it says; 0: the truth'),
  errorRate: z.number().min(0).max(1).default(0).describe('Share of requests that fail with errorStatus'),
  errorStatus: z.int().min(400).max(599).default(503).describe('How they fail'),
  errorBody: z.enum(['openai', 'detail', 'html']).default('openai').describe('What an error looks like at the official API'),
  tokenMsToLive: z.int().min(0).default(0).describe('Sign-in tokens end after so long; 0: never'),
  tokenUses: z.int().min(0).default(0).describe('Sign-in tokens end after so many requests; 0: never'),
  tokenIn: z.enum(['both', 'body', 'cookie']).default('both').describe('Where a sign-in gives the token'),
  expiresAt: z.boolean().default(true).describe('A sign-in says when its token ends'),
  signInMs: z.int().min(0).max(600_000).default(0).describe('How long a sign-in takes'),
  signInLimit: z.int().min(0).default(15).describe('Sign-ins with one email within 180 s; 0: no limit'),
  models: z.array(z.string()).default(['MBZUAI-IFM/K2-Think-v2', 'MBZUAI-IFM/K2-V2-Instruct']),
  anyModel: z.boolean().default(true).describe('Answers for models that it does not have'),
  accounts: z.record(z.string(), Particular).default({}).describe('What is so of one account, by API key or email'),
  seed: z.int().default(1).describe('Another seed, other requests fail'),
});
export type Knobs = z.output<typeof Knobs>;
export type Particular = z.output<typeof Particular>;
