const title = (id: string): string =>
  id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

const manifest = (id: string): string =>
  `${JSON.stringify(
    {
      name: `muster-plugin-${id}`,
      version: '0.1.0',
      private: true,
      type: 'module',
      engines: { muster: '^0.1.0' },
      muster: { plugin: './index.ts' },
    },
    null,
    2,
  )}\n`;

const index = (id: string): string => `import { definePlugin, restAccount, retireAccount, retryLater, secret } from '@muster/sdk';
import { z } from 'zod';

const Session = z.object({ token: z.string(), unread: z.int() });

export default definePlugin({
  id: '${id}',
  title: '${title(id)}',
  config: z.object({ baseUrl: z.url().default('https://${id}.example') }),
  account: z.object({
    email: z.email(),
    password: secret(z.string().min(8)),
    unread: z.int().default(0),
  }),
  // What makes an account one and the same; the first is also the name that people see.
  identity: [['email']],
  actions: {
    check: {
      title: 'Sign in and count unread mail',
      input: z.object({ folder: z.string().default('inbox').describe('Folder to look into') }),
      // It changes nothing at the provider, so a crash in the middle of it costs no more than another try.
      afterCrash: 'again',
      async run({ account, config, fetch, input, log, progress, update }) {
        progress(0, 2, 'signing in');
        const response = await fetch(new URL('/session', config.baseUrl), {
          method: 'POST',
          body: JSON.stringify({ email: account.data.email, password: await account.secret('password') }),
        });
        if (response.status === 401) throw retireAccount('BAD_CREDENTIALS', 'The password was rejected');
        if (response.status === 429) {
          throw restAccount('Asked to slow down', Number(response.headers.get('retry-after') ?? 60) * 1_000);
        }
        if (!response.ok) throw retryLater(\`The server answered \${response.status}\`);
        const { unread } = Session.parse(await response.json());
        progress(1, 2, \`reading \${input.folder}\`);
        await update({ data: { unread } });
        progress(2, 2);
        log(\`\${unread} unread\`);
        return { unread };
      },
    },
  },
  demo: (count) =>
    Array.from({ length: count }, (_, at) => ({ email: \`demo\${at}@${id}.example\`, password: \`made-up-\${at}-password\` })),
  simulator: () => import('./simulator.ts'),
});
`;

const SIMULATOR = `import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorFault } from '@muster/sdk';

const STATUS: Readonly<Record<Exclude<SimulatorFault, 'timeout'>, number>> = {
  'rate-limit': 429,
  'server-error': 503,
  'bad-credentials': 401,
};

/** A real server on loopback that speaks the provider's contract. */
export default async function start({ port = 0 }: { readonly port?: number } = {}): Promise<Simulator> {
  const faults: SimulatorFault[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const fault = faults.shift();
    if (fault === 'timeout') return;
    if (fault) return void response.writeHead(STATUS[fault], { 'retry-after': '1' }).end();
    request.resume().on('end', () => response.end(JSON.stringify({ token: 'made-up', unread: 4 })));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`;
  return {
    url,
    config: { baseUrl: url },
    fault: (kind, count = 1) => void faults.push(...Array.from({ length: count }, () => kind)),
    counters: () => ({ requests }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
`;

const TEST = `import { definePluginTests } from '@muster/sdk/testing';
import plugin from './index.ts';

definePluginTests(plugin, {
  accounts: [
    { email: 'heron@mail.example', password: 'correct horse' },
    { email: 'wren@mail.example', password: 'battery staple' },
  ],
  inputs: { check: {} },
});
`;

/** The files of a new plugin, by name. It passes its own tests as it is. */
export const pluginFiles = (id: string): Readonly<Record<string, string>> => ({
  'package.json': manifest(id),
  'index.ts': index(id),
  'simulator.ts': SIMULATOR,
  'index.test.ts': TEST,
});
