import { definePlugin, secret, type AccountTaskContext, type LiveSession, type Plugin, type View } from '@muster/sdk';
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

export interface WireOptions {
  readonly memoryBytes?: number;
  readonly views?: Readonly<Record<string, View>>;
}

const Say = z.object({ text: z.string().min(1).max(200) });
type SayContext = AccountTaskContext<z.output<typeof WireConfig>, z.output<typeof WireAccount>, z.output<typeof Say>>;

/** A provider whose accounts stay connected to a `WireServer`. */
export const wirePlugin = ({ memoryBytes = 64 * 1_048_576, views = {} }: WireOptions = {}): Plugin =>
  definePlugin({
    id: 'wire',
    title: 'Wire',
    config: WireConfig,
    account: WireAccount,
    identity: [['name']],
    statuses: { online: 'ready', 'logged-out': 'needs-you', barred: 'failed' },
    actions: {
      say: {
        title: 'Say',
        input: Say,
        throughSession: true,
        async run(ctx: SayContext) {
          const session = ctx.session<WireSession>();
          session.say(ctx.input.text);
          return { from: session.name };
        },
      },
      look: { title: 'Look', input: z.object({}), run: async () => null },
    },
    session: { memoryBytes, load: async () => ({ default: (await import('./wire-session.ts')).openWireSession }) },
    views,
  });
