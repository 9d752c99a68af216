import type { z } from 'zod';
import type { AccountState } from './account.ts';
import type { AccountTaskContext, PluginTaskContext } from './context.ts';
import type { HttpPart } from './http.ts';
import type { Exporter, Importer } from './importer.ts';
import type { ServicePart } from './service.ts';
import type { SessionPart } from './session.ts';
import type { SimulatorModule } from './simulator.ts';
import type { View } from './view.ts';

interface ActionBase<TInput extends z.ZodObject, TContext> {
  readonly title: string;
  readonly description?: string;
  readonly input: TInput;
  /**
   * What the host does with a task that a crash interrupted: `again` runs it once more (it is idempotent, or reads
   * `checkpoint.last`), `uncertain` leaves it for a person. Default `uncertain`.
   */
  readonly afterCrash?: 'again' | 'uncertain';
  /** Cannot be undone: surfaces ask before it runs. */
  readonly dangerous?: boolean;
  /** Tries of one task, the first included. Default 3. */
  readonly maxAttempts?: number;
  run(ctx: TContext): Promise<unknown>;
}

/** A verb over chosen accounts: one task for each. */
export interface AccountAction<TConfig, TAccount, TInput extends z.ZodObject> extends ActionBase<
  TInput,
  AccountTaskContext<TConfig, TAccount, z.output<TInput>>
> {
  /** Tasks at once, unless the operator says otherwise. Default 5. */
  readonly concurrency?: number;
  /** States in which an account can take it. Default: `ready`, `cooling`, `failed`. */
  readonly from?: readonly AccountState[];
  /** Own statuses of the accounts it is meant for; of others it is said that they can not. It must leave those as they are. Default: all. */
  readonly forStatuses?: readonly string[];
  /** It goes through the account's live session, which holds the lease: needs that session `ready`, whatever the state. */
  readonly throughSession?: boolean;
}

/** A verb over the plugin as a whole: one task. */
export type PluginAction<TConfig, TAccount, TInput extends z.ZodObject> = ActionBase<
  TInput,
  PluginTaskContext<TConfig, TAccount, z.output<TInput>>
>;

export interface PluginDefinition<
  C extends z.ZodObject,
  A extends z.ZodObject,
  I extends Record<string, z.ZodObject>,
  J extends Record<string, z.ZodObject>,
  O extends z.ZodObject,
> {
  /** kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly config: C;
  /** Mark what belongs in the vault with `secret()`. */
  readonly account: A;
  /** Each entry is a list of fields that together are unique in the plugin (compared without case); at most two entries. */
  readonly identity: readonly [readonly string[], (readonly string[])?];
  /** The name people see; default: the first identity joined with `/`. */
  readonly label?: (data: z.output<A>) => string;
  /** A whole-number field by which the pool selects (a level, a class). */
  readonly rank?: string;
  /** The plugin's own status words, and the state each one means. */
  readonly statuses?: Readonly<Record<string, AccountState>>;
  readonly actions?: { readonly [K in keyof I]: AccountAction<z.output<C>, z.output<A>, I[K]> };
  readonly pluginActions?: { readonly [K in keyof J]: PluginAction<z.output<C>, z.output<A>, J[K]> };
  /** An action over accounts that is started over those that were just added, by hand or from a file. It takes no input. */
  readonly onAdded?: { readonly action: keyof I & string; readonly when?: (config: z.output<C>) => boolean };
  readonly import?: { readonly options: O; load(): Promise<{ readonly default: Importer<z.output<O>> }> };
  /** Paths of other tools that this plugin answers; served by the host behind its own doors. */
  readonly http?: HttpPart;
  /** What it keeps open in the host beside its tasks. */
  readonly service?: ServicePart<z.output<C>>;
  /** Long-lived connections, one an account. */
  readonly session?: SessionPart;
  /** Pages of figures or texts, by kebab-case name. */
  readonly views?: Readonly<Record<string, View>>;
  /** By format name. */
  readonly exports?: Readonly<Record<string, () => Promise<{ readonly default: Exporter }>>>;
  /** Made-up accounts for "try the demo", worked on against the simulator. */
  readonly demo?: (count: number) => readonly Record<string, unknown>[];
  /** Loaded by tests, the demo and `muster sim` only. */
  readonly simulator?: () => Promise<SimulatorModule>;
}

export type AnyAccountAction = AccountAction<any, any, z.ZodObject>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schema
export type AnyPluginAction = PluginAction<any, any, z.ZodObject>; // eslint-disable-line typescript/no-explicit-any -- as above

/** A declared plugin, its types erased: what the host works with. */
export interface Plugin {
  readonly id: string;
  readonly title: string;
  readonly config: z.ZodObject;
  readonly account: z.ZodObject;
  readonly identity: readonly (readonly string[])[];
  readonly label: (data: Readonly<Record<string, unknown>>) => string;
  readonly rank: string | undefined;
  readonly statuses: Readonly<Record<string, AccountState>>;
  readonly actions: Readonly<Record<string, AnyAccountAction>>;
  readonly pluginActions: Readonly<Record<string, AnyPluginAction>>;
  readonly onAdded: { readonly action: string; readonly when?: (config: never) => boolean } | undefined;
  readonly import: { readonly options: z.ZodObject; load(): Promise<{ readonly default: Importer<never> }> } | undefined;
  readonly http: HttpPart | undefined;
  readonly service: ServicePart<any> | undefined; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schema
  readonly session: SessionPart | undefined;
  readonly views: Readonly<Record<string, View>>;
  readonly exports: Readonly<Record<string, () => Promise<{ readonly default: Exporter }>>>;
  readonly demo: ((count: number) => readonly Record<string, unknown>[]) | undefined;
  readonly simulator: (() => Promise<SimulatorModule>) | undefined;
}
