import { definePlugin } from '@muster/sdk';
import { demoAccounts } from './demo.ts';
import { mergeLoaded } from './merge.ts';
import { Account, Config, ImportOptions } from './schemas.ts';

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
  import: { options: ImportOptions, load: () => import('./import.ts'), merge: mergeLoaded },
  exports: {
    monocle: () => import('./export-monocle.ts'),
    rocketmap: () => import('./export-rocketmap.ts'),
  },
  demo: demoAccounts,
});
