import type { Observable } from 'rxjs';
import type { AccountAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { ProxyAccess } from './proxy.ts';
import type { Records } from './records.ts';

/** What the parts of a plugin that outlive a task may touch. */
export interface PluginRuntime<TConfig, TAccount> {
  /** As set now. */
  config(): TConfig;
  /** What is set now, then every change. */
  readonly config$: Observable<TConfig>;
  /** A folder of the plugin's own in the data directory, made with mode 0700. */
  readonly directory: string;
  /** `<data>/sessions`: where the profiles of sessions live. */
  readonly profiles: string;
  /** Ends when the host stops. */
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  readonly accounts: AccountAccess<TAccount>;
  readonly proxies: ProxyAccess;
  /** Milliseconds since the epoch, from the host's clock. */
  now(): number;
  /** In [0, 1), from the host's random source. */
  random(): number;
  /** Rejects at once when the host stops, or the signal is given. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Documents of one kind, a kebab-case name. */
  records<TData = Json>(kind: string): Records<TData>;
  /** For a secret that goes into a record: sealed by the vault's key, bound to `about`. */
  seal(text: string, about: string): Promise<string>;
  unseal(sealed: string, about: string): Promise<string>;
  /** An entry of the event log; secrets are masked. `type` is `noun.verbed`, prefixed with the plugin's id by the host. */
  event(event: {
    readonly type: string;
    readonly message: string;
    readonly level?: 'debug' | 'info' | 'warn' | 'error';
    readonly account?: string;
    readonly fields?: Readonly<Record<string, Json>>;
  }): void;
}

/** What a plugin keeps open in the host beside its tasks. Tasks, paths and views reach it with `ctx.service()`. */
export interface PluginService {
  /** Addresses it listens at now, for its clients. */
  urls?(): readonly string[];
  /** Everything that it opened is closed when this resolves. */
  close(): Promise<void>;
}
