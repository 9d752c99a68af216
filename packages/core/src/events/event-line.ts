import { safeJson, type Json } from '@muster/sdk';
import { z } from 'zod';
import type { MusterEvent } from './event.ts';
import { EVENT_LEVELS } from './event.ts';

const MAX_TEXT = 4_000;
const MAX_FIELDS = 32_000;

const id = z.string().optional();
// What is within was written by us and is not looked at: this reads a hundred megabytes when somebody searches the log.
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const shape = z.object({
  seq: z.int().positive(),
  at: z.number(),
  level: z.enum(EVENT_LEVELS),
  type: z.string(),
  message: z.string(),
  actor: id,
  plugin: id,
  account: id,
  job: id,
  task: id,
  fields: z.custom<Readonly<Record<string, Json>>>(isObject).optional(),
});

const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);

const bounded = (fields: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> => {
  const { length } = JSON.stringify(fields);
  return length > MAX_FIELDS ? { omitted: `${length} characters` } : fields;
};

/** Bounds what one event may take of the log. */
export const boundedEvent = (event: MusterEvent): MusterEvent => ({
  ...event,
  message: shortened(event.message),
  ...(event.fields && { fields: bounded(event.fields) }),
});

/** One line of the log, with its line end. */
export const writeEventLine = (event: MusterEvent): string => `${safeJson(JSON.stringify(event))}\n`;

/** Undefined for what is no event: a line that a crash cut short or damaged. */
export const readEventLine = (line: string): MusterEvent | undefined => {
  try {
    const { success, data } = shape.safeParse(JSON.parse(line));
    return success ? (data as MusterEvent) : undefined;
  } catch {
    return undefined;
  }
};
