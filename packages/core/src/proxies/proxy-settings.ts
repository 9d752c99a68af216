import { z } from 'zod';

const isHttp = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).username === '';

/** What an operator may set about all proxies. */
export const ProxySettingsSchema = z.strictObject({
  echoUrl: z
    .string()
    .max(2_000)
    .refine(isHttp, 'an http:// or https:// address without credentials')
    .nullable()
    .default(null)
    .describe('Asked through a proxy to see where it comes out: answers with the address, and the country if it knows'),
  checkEveryMs: z
    .int()
    .min(10_000)
    .max(7 * 86_400_000)
    .nullable()
    .default(600_000)
    .describe('How often each one is checked by itself, once an echo address is set; null: never'),
  checksAtOnce: z.int().min(1).max(500).default(50),
  timeoutMs: z.int().min(100).max(120_000).default(10_000).describe('How long a check may take'),
});
export type ProxySettings = z.output<typeof ProxySettingsSchema>;
