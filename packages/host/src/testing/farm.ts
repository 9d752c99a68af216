import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { definePlugin, secret, type Importer, type Plugin, type Simulator } from '@muster/sdk';
import { z } from 'zod';

/** A line is `name,password`. */
const importer: Importer<object> = async function* read(file) {
  yield { kind: 'file', format: 'csv', encoding: 'utf-8' };
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  for await (const bytes of file.bytes) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      const [name, password] = text.split(',');
      if (name === 'explode') throw new Error('the file cannot be read further');
      yield { kind: 'account', line, data: { name, ...(password ? { password } : {}) } };
    }
  }
};

async function simulate(): Promise<Simulator> {
  const server = createServer((_request, response) => response.end('moo'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { url },
    fault: () => undefined,
    counters: () => ({}),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A provider with one of everything that the API shows. */
export const farm = (): Plugin =>
  definePlugin({
    id: 'farm',
    title: 'Farm',
    config: z.object({ url: z.string().default('https://farm.example') }),
    account: z.object({ name: z.string().min(1), password: secret(z.string()).optional() }),
    identity: [['name']],
    actions: {
      feed: {
        title: 'Feed',
        description: 'Gives each its meal',
        input: z.object({ meal: z.string().min(2).describe('What it eats') }),
        run: async ({ account, input }) => ({ fed: account.label, with: input.meal }),
      },
      wait: {
        title: 'Wait for a person',
        input: z.object({}),
        run: async ({ ask }) => ({ said: await ask({ kind: 'text', title: 'Who?', expiresInMs: 60_000 }) }),
      },
    },
    pluginActions: {
      count: { title: 'Count', input: z.object({}), run: async ({ pool }) => ({ ready: (await pool.supply({})).ready }) },
    },
    import: { options: z.object({}), load: () => Promise.resolve({ default: importer }) },
    exports: {
      list: () =>
        Promise.resolve({
          default: async function* write(accounts) {
            for await (const { label, data } of accounts) yield `${label},${(data['password'] ?? '') as string}\n`;
          },
        }),
    },
    demo: (count) => Array.from({ length: count }, (_, at) => ({ name: `cow${at}` })),
    simulator: () => Promise.resolve({ default: simulate }),
  });
