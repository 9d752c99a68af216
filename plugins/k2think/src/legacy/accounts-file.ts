import { z } from 'zod';

const Time = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const at = typeof value === 'number' ? value : Date.parse(value ?? '');
    return Number.isFinite(at) ? at : undefined;
  });
const Count = z
  .number()
  .nullish()
  .transform((value) => (value !== null && value !== undefined && value >= 0 ? Math.trunc(value) : 0));

export const LegacyStats = z.object({
  totalRequests: Count,
  successfulRequests: Count,
  failedRequests: Count,
  rateLimitHits: Count,
  lastRequestAt: Time,
});

/** One account of the older file, as far as its program relied on it. What stands beside is passed over. */
export const LegacyAccount = z.object({
  id: z.string().max(200).optional(),
  email: z.string().trim().min(1).max(254),
  password: z.string().max(10_000),
  encryptionMethod: z.string().optional(),
  status: z.string().optional(),
  createdAt: Time,
  lastUsed: Time,
  stats: LegacyStats.nullish(),
  rateLimit: z.object({ blockedUntil: Time }).nullish(),
  priority: z.number().int().min(0).nullish(),
  metadata: z.object({ name: z.string().max(200).nullish(), tags: z.array(z.string()).nullish() }).nullish(),
  /** What muster adds when it writes such a file. */
  kind: z.enum(['api-key', 'sign-in']).optional(),
  consent: z.string().optional(),
});
export type LegacyAccount = z.output<typeof LegacyAccount>;

/** Settings that both know, by the same names. */
export const LEGACY_SETTINGS = [
  'rotationStrategy',
  'rateLimitPerAccount',
  'rateLimitWindowMs',
  'cooldownMs',
  'maxRetries',
  'autoValidateOnAdd',
] as const;

export const LegacyFile = z.object({
  version: z.union([z.string(), z.number()]).optional(),
  accounts: z.array(z.unknown()),
  settings: z.record(z.string(), z.unknown()).nullish(),
});
