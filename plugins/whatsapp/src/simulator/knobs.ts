import { z } from 'zod';
import { PageSwitches } from './page/switches.ts';

/** How the simulated service and its phones behave. */
export const Knobs = z.strictObject({
  qrRefMs: z.int().min(50).default(20_000).describe('How long one QR code is good'),
  qrMaxRefs: z.int().min(1).default(6).describe('QR codes in a row; then the page must ask for more'),
  deliverMs: z.int().min(0).default(20).describe('How long the service takes to take a message, and then to hand it on'),
  autoScanMs: z.int().min(0).default(0).describe('A phone scans each QR code after so long; 0: nobody does'),
  autoRead: z.boolean().default(false).describe('Whoever gets a message reads it'),
  echo: z.boolean().default(false).describe('Phones that have no browser here answer each message'),
  page: PageSwitches.prefault({}).describe('The page; what is changed counts for pages loaded from then on'),
});
export type Knobs = z.output<typeof Knobs>;
