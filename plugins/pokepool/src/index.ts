import { definePlugin } from '@muster/sdk';
import { demoAccounts } from './demo.ts';
import { pgpool } from './pgpool/routes.ts';
import {
  Account,
  AllocateInput,
  CheckInput,
  Config,
  ForecastInput,
  ImportOptions,
  ReleaseInput,
  StatsInput,
  SwapInput,
} from './schemas.ts';

/** The Pokémon pool: all accounts stand in one circle; an allocation takes those that rested longest. */
export default definePlugin({
  id: 'pokepool',
  title: 'Pokémon pool',
  config: Config,
  account: Account,
  identity: [['provider', 'username']],
  rank: 'level',
  label: ({ provider, username }) => (provider === 'ptc' ? username : `${provider}/${username}`),
  statuses: {
    good: 'ready',
    'temp-banned': 'cooling',
    'perm-banned': 'cooling',
    blind: 'cooling',
    'wrong-credentials': 'cooling',
    unknown: 'cooling',
  },
  actions: {
    check: {
      title: 'Check',
      description: 'Ask the checker whether the account can be used; it rests where the verdict says so.',
      input: CheckInput,
      afterCrash: 'again',
      concurrency: 4,
      run: async (ctx) => (await import('./allocate/check.ts')).checkAccount(ctx),
    },
  },
  pluginActions: {
    allocate: {
      title: 'Allocate',
      description: 'Hand out the accounts that rested longest, checked on the way, into a file.',
      input: AllocateInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./allocate/allocate.ts')).allocate(ctx),
    },
    release: {
      title: 'Release',
      description: 'Take accounts back before their lease ends, by file, by name or all of an owner, with what became of them.',
      input: ReleaseInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./giving-back/release.ts')).release(ctx),
    },
    swap: {
      title: 'Swap',
      description: 'Exchange one account of a file for the next of the circle.',
      input: SwapInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./giving-back/swap.ts')).swap(ctx),
    },
    stats: {
      title: 'Stock',
      description: 'In stock by level, in use by whom, at rest until when.',
      input: StatsInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./figures.ts')).stats(ctx),
    },
    forecast: {
      title: 'Forecast',
      description: 'When so many accounts will be ready.',
      input: ForecastInput,
      afterCrash: 'again',
      run: async (ctx) => (await import('./figures.ts')).forecast(ctx),
    },
  },
  http: pgpool,
  import: { options: ImportOptions, load: () => import('./import.ts') },
  exports: {
    monocle: () => import('./export-monocle.ts'),
    rocketmap: () => import('./export-rocketmap.ts'),
  },
  demo: demoAccounts,
  simulator: () => import('./simulator.ts'),
});
