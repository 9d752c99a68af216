import { secret, type LiveSession } from '@muster/sdk';
import { z } from 'zod';

export const WireConfig = z.object({
  port: z.int().default(0).describe('Where the service listens on 127.0.0.1'),
  parkAfter: z.int().default(0).describe('Codes that are shown before the session waits for a person; 0 for any number'),
});
export const WireAccount = z.object({ name: z.string().min(1), password: secret(z.string()).optional() });

/** What actions and paths reach of a session. */
export interface WireSession extends LiveSession {
  readonly name: string;
  say(text: string): void;
}
