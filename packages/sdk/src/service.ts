import type { JobAccess } from './account-access.ts';
import type { PluginRuntime, PluginService } from './plugin-runtime.ts';
import type { RequestRotation, RotationSettings } from './rotation.ts';
import type { SessionAccess } from './session.ts';

export interface ServiceContext<TConfig, TAccount> extends PluginRuntime<TConfig, TAccount> {
  readonly jobs: JobAccess;
  readonly sessions: SessionAccess;
  /** At most one a plugin. */
  openRotation(settings: RotationSettings): Promise<RequestRotation<TAccount>>;
  /** Whose token this is, if it may operate; for doors that a service opens itself. Undefined for any other text. */
  authorize(token: string): Promise<{ readonly actor: string } | undefined>;
}

export interface ServicePart<TConfig> {
  /** Opened when the host starts, with such settings; else at first use. */
  readonly atStart?: (config: TConfig) => boolean;
  /** The plugin's action that opens an address to clients, which the first note of its progress names. */
  readonly opensBy?: string;
  /** The setting that holds the strategy of its rotation. */
  readonly strategyIn?: string;
  load(): Promise<{ readonly default: AnyOpenService }>;
}

export type OpenService<TConfig, TAccount, TService extends PluginService = PluginService> = (
  context: ServiceContext<TConfig, TAccount>,
) => Promise<TService>;

export type AnyOpenService = OpenService<any, any>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schemas
