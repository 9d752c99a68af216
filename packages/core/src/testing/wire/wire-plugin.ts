import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { definePlugin, MusterError, type AccountTaskContext, type Plugin, type View } from '@muster/sdk';
import { z } from 'zod';
import { WireAccount, WireConfig, type WireSession } from './wire-account.ts';

export interface WireOptions {
  readonly memoryBytes?: number;
  readonly views?: Readonly<Record<string, View>>;
}

const Say = z.object({ text: z.string().min(1).max(200) });
type SayContext = AccountTaskContext<z.output<typeof WireConfig>, z.output<typeof WireAccount>, z.output<typeof Say>>;

const Move = z.object({ file: z.string().min(1).meta({ path: 'write' }), replace: z.boolean().default(false) });
type MoveContext = AccountTaskContext<z.output<typeof WireConfig>, z.output<typeof WireAccount>, z.output<typeof Move>>;

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
      'export-session': {
        title: 'Export',
        input: Move,
        maxAttempts: 1,
        async run(ctx: MoveContext) {
          const passphrase = await ctx.ask({ kind: 'text', title: 'Passphrase' });
          await writeFile(ctx.input.file, JSON.stringify({ name: ctx.account.data.name, passphrase }), {
            flag: 'wx',
            mode: 0o600,
          });
          return { file: basename(ctx.input.file) };
        },
      },
      'import-session': {
        title: 'Import',
        input: Move,
        maxAttempts: 1,
        async run(ctx: MoveContext) {
          const held = JSON.parse(await readFile(ctx.input.file, 'utf8')) as { readonly passphrase: string };
          if ((await ctx.ask({ kind: 'text', title: 'Passphrase' })) !== held.passphrase)
            throw new MusterError('BAD_INPUT', 'The passphrase is not that of the file.');
          return { replaced: ctx.input.replace };
        },
      },
      look: { title: 'Look', input: z.object({}), run: async () => null },
    },
    session: { memoryBytes, load: async () => ({ default: (await import('./wire-session.ts')).openWireSession }) },
    views,
  });
