import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin whose accounts stay connected to a `WireServer`, as a file of a data directory. */
const WIRE = `import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { definePlugin } from '@muster/sdk';
import { z } from 'zod';

const open = async ({ account, config, report, now, input }) => {
  const line = connect({ host: '127.0.0.1', port: config().port });
  await once(line, 'data');
  let ended = false;
  const end = (why) => {
    if (ended) return;
    ended = true;
    report(why);
    line.destroy();
  };
  createInterface(line).on('line', (said) => {
    if (ended) return;
    const [verb, ...words] = said.split(' ');
    const challenge = { kind: input.login === 'code' ? 'code' : 'qr', text: words.join(' '), expiresAt: now() + 60_000 };
    if (verb === 'ready') report({ state: 'ready', status: 'online' });
    if (verb === 'scan') report({ state: 'needs-operator', status: 'scan', why: 'Scan the code', challenge });
    if (verb === 'forgotten') end({ state: 'closed', why: 'Logged out on the phone' });
  });
  line.on('error', () => undefined);
  line.on('close', () => end({ state: 'lost', why: 'The line was cut', ended: true }));
  line.write('hello ' + account.data.name + '\\n');
  return {
    say: (text) => line.write('say ' + text + '\\n'),
    async close() {
      ended = true;
      if (line.destroyed) return;
      line.write('bye\\n');
      await once(line, 'close');
    },
  };
};

export default definePlugin({
  id: 'wire',
  title: 'Wire',
  config: z.object({ port: z.int().default(0) }),
  account: z.object({ name: z.string().min(1) }),
  identity: [['name']],
  statuses: { online: 'ready' },
  actions: {
    say: {
      title: 'Say',
      input: z.object({ text: z.string().min(1) }),
      throughSession: true,
      run: async ({ session, input }) => session().say(input.text),
    },
  },
  session: { memoryBytes: 64 * 1_048_576, load: async () => ({ default: open }) },
});
`;

export async function addWire(data: string): Promise<void> {
  await mkdir(join(data, 'plugins'), { recursive: true, mode: 0o700 });
  await writeFile(join(data, 'plugins', 'wire.ts'), WIRE);
}
