import { definePlugin } from '@muster/sdk';
import { demoAccounts } from './demo.ts';
import { gatewayRoutes } from './gateway/routes.ts';
import {
  Account,
  Config,
  GatewayInput,
  ImportOptions,
  ResetInput,
  STATUSES,
  StatsInput,
  TestInput,
  ValidateInput,
} from './schemas.ts';

export { K2ThinkMultiClient } from './client/multi-client.ts';
export type { ClientOptions } from './client/multi-client.ts';
export { K2ThinkError } from './client/errors.ts';
export type { ChatCompletion, ChatCompletionChunk, ChatRequestBody, Stats } from './client/types.ts';

/** K2Think: one client and one gateway over many accounts. */
export default definePlugin({
  id: 'k2think',
  title: 'K2Think',
  config: Config,
  account: Account,
  identity: [['name']],
  statuses: STATUSES,
  actions: {
    validate: {
      title: 'Validate',
      description: 'Ask the service whether it takes the credentials; nothing is spent.',
      input: ValidateInput,
      afterCrash: 'again',
      concurrency: 4,
      run: async (ctx) => (await import('./actions/validate.ts')).validate(ctx),
    },
  },
  pluginActions: {
    gateway: {
      title: 'Gateway',
      description: 'Open the OpenAI-compatible gateway on 127.0.0.1, until it is cancelled.',
      input: GatewayInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/gateway.ts')).gateway(ctx),
    },
    test: {
      title: 'Test',
      description: 'Ask one account a question, within its limits; one request is spent.',
      input: TestInput,
      maxAttempts: 1,
      run: async (ctx) => (await import('./actions/test.ts')).test(ctx),
    },
    stats: {
      title: 'Statistics',
      description: 'Requests, limits and cooldowns of each account in rotation.',
      input: StatsInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./actions/stats.ts')).stats(ctx),
    },
    'reset-limits': {
      title: 'Reset limits',
      description: 'Forget what was counted and every cooldown; the service may see it otherwise.',
      input: ResetInput,
      afterCrash: 'again',
      dangerous: true,
      run: async (ctx) => (await import('./actions/stats.ts')).resetLimits(ctx),
    },
  },
  onAdded: { action: 'validate', when: ({ autoValidateOnAdd }) => autoValidateOnAdd },
  service: {
    atStart: ({ gatewayAtStart }) => gatewayAtStart,
    opensBy: 'gateway',
    strategyIn: 'rotationStrategy',
    load: () => import('./service.ts'),
  },
  http: { routes: gatewayRoutes, load: () => import('./http.ts') },
  views: { gateway: { title: 'Gateway', about: 'plugin', load: () => import('./views/gateway.ts') } },
  import: { options: ImportOptions, load: () => import('./import.ts') },
  exports: {
    accounts: () => import('./export-accounts.ts'),
    csv: () => import('./export-csv.ts'),
  },
  demo: demoAccounts,
  simulator: () => import('./simulator/index.ts'),
});
