import { z } from 'zod';

/** Milliseconds since the epoch. */
const Time = z.int();

export const SessionState = z.enum(['opening', 'needs-operator', 'ready', 'lost', 'closed']);

export const SessionFigures = z.object({
  memoryBytes: z.number().optional().describe('Private memory of all its processes'),
  cpuPercent: z.number().optional().describe('Of one core'),
  lastActivityAt: Time.optional(),
  queued: z.int().optional(),
  reconnects: z.int().optional(),
  remedies: z.int().optional(),
});

export const SessionStep = z.object({
  at: Time,
  state: SessionState,
  status: z.string().nullable(),
  why: z.string().nullable(),
});

/** What a person has to do. Its text is asked for by itself, by who may operate. */
const Asked = z.object({
  kind: z.enum(['qr', 'code']),
  shownAt: Time.describe('Another time means another text'),
  expiresAt: Time.nullable(),
});

export const SessionRow = z.object({
  account: z.string().describe("The account's id"),
  plugin: z.string(),
  label: z.string(),
  state: SessionState,
  status: z.string().nullable().describe("The plugin's own word"),
  why: z.string().nullable(),
  since: Time,
  open: z.boolean().describe('False: closed, until somebody opens it'),
  parked: z.boolean().describe('Nothing runs; it waits until a person opens it'),
  openedBy: z.string(),
  openedAt: Time,
  reopensAt: Time.nullable().describe('When it is opened again by itself'),
  turn: z.int().nullable().describe('0 may ask a person now, others wait behind it; null does not ask'),
  challenge: Asked.nullable(),
  figures: SessionFigures,
});

export const Session = z.object({ ...SessionRow.shape, history: z.array(SessionStep).describe('Newest first') });

export const SessionChallenge = z.object({ ...Asked.shape, text: z.string() });

export const SessionList = z.object({
  sessions: z.array(SessionRow).describe('Open ones first'),
  limits: z.object({ max: z.int(), memoryBytes: z.int(), launchesAtOnce: z.int() }),
  usage: z.object({ open: z.int(), memoryBytes: z.number(), near: z.boolean() }),
});
