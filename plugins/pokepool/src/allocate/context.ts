import type { PluginTaskContext } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';

/** What the actions over the pool run in, whatever their input. */
export type PoolContext<TInput = unknown> = PluginTaskContext<Config, Account, TInput>;
