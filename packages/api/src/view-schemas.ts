import { z } from 'zod';

const Tone = z.enum(['plain', 'good', 'warn', 'bad', 'dim']);
const Title = z.string().optional();
const Figure = z.number();

const ViewSection = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('facts'),
    title: Title,
    facts: z.array(z.object({ label: z.string(), value: z.union([z.string(), Figure]), tone: Tone.optional() })),
  }),
  z.object({
    kind: z.literal('table'),
    title: Title,
    columns: z.array(z.object({ key: z.string(), title: z.string(), align: z.enum(['left', 'right']).optional() })),
    rows: z.array(z.record(z.string(), z.union([z.string(), Figure, z.null()]))),
  }),
  z.object({
    kind: z.literal('bars'),
    title: Title,
    bars: z.array(z.object({ label: z.string(), value: Figure, of: Figure.optional(), tone: Tone.optional() })),
  }),
  z.object({ kind: z.literal('spark'), title: Title, values: z.array(Figure) }).describe('Equal steps of time, the oldest first'),
  z
    .object({
      kind: z.literal('log'),
      title: Title,
      lines: z.array(z.object({ at: Figure, from: z.string().optional(), text: z.string(), tone: Tone.optional() })),
    })
    .describe('The oldest line first'),
]);

/** A page of figures or texts of a plugin, as data. Texts may hold anything: clean them before a terminal. */
export const ViewContent = z.object({
  sections: z.array(ViewSection),
  say: z
    .object({
      label: z.string(),
      action: z.string(),
      field: z.string(),
      input: z.record(z.string(), z.unknown()).optional(),
    })
    .optional()
    .describe('A line to type into: starts the action with what was typed as that field of its input'),
  choices: z
    .array(z.object({ title: z.string(), params: z.record(z.string(), z.string()) }))
    .optional()
    .describe('The same view with other parameters'),
});

export const ViewInfo = z.object({ name: z.string(), title: z.string(), about: z.enum(['plugin', 'account']) });

const Counts = {
  served: z.int(),
  failed: z.int(),
  limited: z.int().describe('Those of the failed that the service answered with a rest'),
  tokens: z.number(),
};
const Budget = z.object({ limit: z.number(), left: z.number(), fullAt: z.number().describe('When all of it is there again') });

/** The rotation of requests that a plugin's service has open. Times in milliseconds. */
export const RotationInfo = z.object({
  plugin: z.string(),
  urls: z.array(z.string()).describe('Where its service listens for clients'),
  strategy: z.string(),
  limits: z.object({
    limit: z.int(),
    windowMs: z.number(),
    cooldownMs: z.number(),
    maxConcurrent: z.int().optional(),
    tokensPerMinute: z.number().optional(),
    maxRestMs: z.number().optional(),
  }),
  totals: z.object({
    accounts: z.int(),
    free: z.int(),
    inFlight: z.int(),
    waiting: z.int(),
    perSecond: z.array(z.int()).describe('Of the last minute, the oldest second first'),
    ...Counts,
  }),
  figures: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      uses: z.int().describe('Requests in the window now'),
      limit: z.int(),
      inFlight: z.int(),
      availableAt: z.number().nullable().describe('Null: when a request ends'),
      restUntil: z.number().nullable(),
      ...Counts,
    }),
  ),
  latency: z.object({ p50: z.number(), p95: z.number() }).nullable().describe('Of served requests of the last five minutes'),
  requests: Budget.describe('What all accounts together may still do within their windows'),
  tokens: Budget.nullable(),
  errors: z.array(z.object({ kind: z.string(), count: z.int(), lastAt: z.number() })),
  recent: z
    .array(
      z.object({
        at: z.number(),
        account: z.string(),
        label: z.string(),
        status: z.int(),
        durationMs: z.number(),
        model: z.string().optional(),
        tokens: z.number().optional(),
        error: z.string().optional(),
      }),
    )
    .describe('Requests that have ended, the newest first'),
});
