import { z } from 'zod';

/** As PGPool reads it: `yes` and `true` in any case, everything else is no. */
const Flag = z
  .string()
  .default('')
  .transform((text) => ['yes', 'true'].includes(text.toLowerCase()));
const number = (otherwise: number, bounds: { readonly min: number; readonly max: number }) =>
  z.coerce.number().int().min(bounds.min).max(bounds.max).default(otherwise);

export const RequestQuery = z.object({
  system_id: z.string().min(1).max(64).describe('Who asks: the owner of the accounts from then on'),
  count: number(1, { min: 0, max: 10_000 }).describe('How many accounts'),
  min_level: number(1, { min: 0, max: 100 }).describe('Lowest level; up to 1 there is none'),
  max_level: number(40, { min: 0, max: 100 }).describe('Highest level; from 40 on there is none'),
  reuse: Flag.describe('yes: first those that this system has already'),
  include_already_assigned: Flag.describe('The same, as older clients call it'),
  banned_or_new: Flag.describe('yes: only those that were never used, for a tool that checks them'),
});
export type RequestQuery = z.output<typeof RequestQuery>;

/** What a client tells of an account. Other fields (xp, coins, …) are passed over. */
export const Report = z.object({
  username: z.string().min(1).max(1_000),
  auth_service: z.enum(['ptc', 'google']).optional().catch(undefined),
  system_id: z.string().nullish(),
  level: z.int().min(0).max(100).nullish().catch(undefined),
  banned: z.boolean().nullish().catch(undefined),
  ban_flag: z.boolean().nullish().catch(undefined),
  shadowbanned: z.boolean().nullish().catch(undefined),
  _release_reason: z.string().nullish().catch(undefined),
  fence: z.int().optional().describe('From the answer to the request: refused when somebody else had the account since'),
});
export type Report = z.output<typeof Report>;

export const Reports = z.union([Report, z.array(Report).max(10_000)]);
export type Reports = z.output<typeof Reports>;
