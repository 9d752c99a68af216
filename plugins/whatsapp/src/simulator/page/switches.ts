import { z } from 'zod';

/** How the stand-in page behaves; the last ones are its faults. Taken over when a page is loaded. */
export const PageSwitches = z.object({
  openMs: z.int().min(0).default(30).describe('From loading to the first word with the service'),
  syncMs: z.int().min(0).default(400).describe('From linked to synced'),
  ballastMB: z.int().min(0).default(0).describe('Heap of the page, as the real one has'),
  noDebug: z.boolean().default(false).describe('Never says which version it is'),
  stuckOpening: z.boolean().default(false).describe('Stays at OPENING for ever'),
  syncBeforeInject: z.boolean().default(false).describe('Is synced before anybody listens'),
  noSync: z.boolean().default(false).describe('Is linked and never synced'),
  reloadOnceMs: z.int().min(0).default(0).describe('Loads itself anew once, so long after the first load'),
  lidChats: z.boolean().default(false).describe('Chats with people go by an id of theirs (`@lid`), not by the number'),
  without: z.array(z.string()).default([]).describe('Modules that it lacks'),
});
export type PageSwitches = z.output<typeof PageSwitches>;

/** What the service tells a page beside. */
export interface PageConfig extends PageSwitches {
  readonly version: string;
  /** Address of the service's WebSocket. */
  readonly service: string;
}
