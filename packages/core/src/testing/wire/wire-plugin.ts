import { definePlugin, type AccountTaskContext, type Plugin, type View } from '@muster/sdk';
import { z } from 'zod';
import { WireAccount, WireConfig, type WireSession } from './wire-account.ts';

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
