import { z } from 'zod';

/** Milliseconds since the epoch. */
const Time = z.int();

export const ProxyState = z.enum(['unchecked', 'good', 'dead', 'disabled']);
export const ProxyFault = z.enum(['auth', 'refused', 'timeout', 'upstream', 'not-a-proxy', 'reported']);

export const ProxyInfo = z.object({
  id: z.string(),
  label: z.string(),
  address: z.string().describe('scheme://host:port, without credentials'),
  hasCredentials: z.boolean(),
  country: z.string().nullable().describe('ISO 3166-1 alpha-2, as measured, else as declared'),
  declaredCountry: z.string().nullable(),
  exitAddress: z.string().nullable(),
  exitCountry: z.string().nullable(),
  state: ProxyState,
  latencyMs: z.number().nullable().describe('Of checks, weighted towards the latest'),
  latencyP95Ms: z.number().nullable(),
  durationMs: z.number().nullable().describe('Of what tasks did through it'),
  durationP95Ms: z.number().nullable(),
  okCount: z.int(),
  failCount: z.int(),
  consecutiveFailures: z.int(),
  lastFailure: z.object({ kind: ProxyFault, at: Time, detail: z.string() }).nullable(),
  lastOkAt: Time.nullable(),
  lastCheckAt: Time.nullable(),
  nextCheckAt: Time.nullable().describe('Of a dead one: when it may be tried again'),
  usedAt: Time.describe('0: never'),
  inUse: z.int().describe('Leases now'),
  holders: z.array(z.string()),
  accounts: z.int().describe('Accounts that come back to it'),
  checking: z.boolean(),
  targets: z
    .record(
      z.string(),
      z.object({
        ok: z.int(),
        refused: z.int(),
        lastStatus: z.int().nullable(),
        lastRefusedAt: Time.nullable(),
        usedAt: Time,
      }),
    )
    .describe('What each target made of it, by host'),
  createdAt: Time,
});

export const ProxyCheck = z.object({
  id: z.string(),
  label: z.string(),
  ok: z.boolean(),
  kind: ProxyFault.nullable(),
  detail: z.string(),
  latencyMs: z.number().nullable(),
  exitAddress: z.string().nullable(),
  exitCountry: z.string().nullable(),
});

/** One line of the answer to an import (NDJSON). */
export const ProxyImportLine = z.object({
  line: z.int(),
  outcome: z.enum(['added', 'known', 'rejected']),
  text: z.string().describe('The label; of a rejected line why'),
  id: z.string().optional(),
});

export const ProxySettings = z.object({
  echoUrl: z.string().nullable(),
  checkEveryMs: z.int().nullable(),
  checksAtOnce: z.int(),
  timeoutMs: z.int(),
});
