import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { z } from 'zod';
import { MusterError, retryLater } from '../../errors.ts';
import { definePlugin } from '../../define-plugin.ts';
import { secret } from '../../secret.ts';
import type { Simulator, SimulatorFault } from '../../simulator.ts';
import { definePluginTests } from '../define-plugin-tests.ts';

const PASSWORD = 'correct horse';

/** A service that says how much mail there is. */
async function startService(): Promise<Simulator> {
  const faults: SimulatorFault[] = [];
  const counters = { requests: 0 };
  const server = createServer((_request, response) => {
    counters.requests++;
    const fault = faults.shift();
    if (fault === 'timeout') return;
    if (fault === 'rate-limit') response.writeHead(429, { 'retry-after': '2' });
    if (fault === 'server-error') response.writeHead(503);
    if (fault === 'bad-credentials') response.writeHead(401);
    response.end('7');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { url },
    fault: (kind, count = 1) => void faults.push(...Array.from({ length: count }, () => kind)),
    counters: () => ({ ...counters }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Faults {
  readonly leaks?: boolean;
  readonly goesBack?: boolean;
  readonly blames?: boolean;
  readonly deaf?: boolean;
  readonly wanders?: boolean;
  readonly differs?: boolean;
  readonly empty?: boolean;
}

let runs = 0;

const plugin = (id: string, faults: Faults) =>
  definePlugin({
    id,
    title: 'Mail',
    config: z.object({ url: z.url().default('https://mail.example') }),
    account: z.object({ email: z.string(), password: secret(z.string()) }),
    identity: [['email']],
    actions: {
      check: {
        title: 'Count mail',
        input: z.object({}),
        afterCrash: 'again',
        async run(ctx) {
          ctx.progress(0, 2);
          if (faults.wanders)
            connect({ host: '192.0.2.1', port: 9 })
              .on('error', () => undefined)
              .destroySoon();
          const response = await (faults.deaf ? fetch : ctx.fetch)(ctx.config.url, {
            method: 'POST',
            body: (await ctx.account.secret('password')) ?? '',
          });
          if (response.status === 401)
            throw new MusterError('BAD_CREDENTIALS', 'the password was refused', { remedy: 'retire-account' });
          if (!response.ok && faults.blames) throw new MusterError('BAD_CREDENTIALS', 'refused');
          if (response.status === 429) throw retryLater('busy', { retryAfterMs: 2_000 });
          if (!response.ok) throw retryLater('down');
          if (faults.leaks) ctx.log(`signed in with ${PASSWORD}`);
          ctx.progress(2, 2);
          if (faults.goesBack) ctx.progress(1, 2);
          return { mails: Number(await response.text()) + (faults.differs ? runs++ : 0) };
        },
      },
    },
    views: {
      mails: {
        title: 'Mails',
        about: 'plugin',
        load: async () => ({ default: (faults.empty ? undefined : async () => ({ sections: [] })) as never }),
      },
    },
    http: {
      routes: { count: { method: 'GET', path: '/mails', summary: 'How many', scopes: ['read'] } },
      load: async () => ({ default: faults.empty ? {} : { count: async () => new Response('7') } }),
    },
    simulator: async () => ({ default: startService }),
  });

const options = {
  accounts: [
    { email: 'ann@mail.example', password: PASSWORD },
    { email: 'bob@mail.example', password: 'battery staple' },
  ],
  inputs: { check: {} },
};

definePluginTests(plugin('sound', {}), options);
definePluginTests(plugin('leaks', { leaks: true }), options);
definePluginTests(plugin('goes-back', { goesBack: true }), options);
definePluginTests(plugin('blames', { blames: true }), options);
definePluginTests(plugin('deaf', { deaf: true }), options);
definePluginTests(plugin('wanders', { wanders: true }), options);
definePluginTests(plugin('differs', { differs: true }), options);
definePluginTests(plugin('empty', { empty: true }), options);
definePluginTests(plugin('without-input', {}), { ...options, inputs: {} });
