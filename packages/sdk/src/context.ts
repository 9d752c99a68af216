import type { Account, AccountChange } from './account.ts';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
import type { ProxyAccess } from './proxy.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { LiveSession } from './session.ts';

export interface PromptRequest {
  readonly kind: 'qr' | 'otp' | 'captcha' | 'confirm' | 'text';
  readonly title: string;
  /** PNG or JPEG shown to the person. */
  readonly image?: Uint8Array;
  /** The text of a QR code. */
  readonly text?: string;
  /** After this many milliseconds the question ends with PROMPT_EXPIRED. */
  readonly expiresInMs?: number;
  /** Takes the question back, when an answer would be of no use any more: `ask` rejects with its reason. */
  readonly withdraw?: AbortSignal;
}

/** A note that survives a crash: saved before an irreversible step, read when the task runs again. */
export interface Checkpoint {
  /** What the previous run of this task saved last; `undefined` on a first run. */
  readonly last: Json | undefined;
  /** Resolves when the note is on disk. */
  save(note: Json): Promise<void>;
}

/** Everything a task may touch. One per task; ended with it. */
export interface TaskContext<TConfig, TInput> {
  readonly taskId: string;
  readonly jobId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly config: TConfig;
  readonly input: TInput;
  readonly signal: AbortSignal;
  /** `fetch`, cancelled with the task. */
  readonly fetch: typeof fetch;
  readonly checkpoint: Checkpoint;
  /** Leases that the task still has end with it. */
  readonly proxies: ProxyAccess;
  /** Milliseconds since the epoch, from the host's clock. */
  now(): number;
  /** In [0, 1), from the host's random source. */
  random(): number;
  /** Waits; rejects at once when the task is stopped. */
  sleep(ms: number): Promise<void>;
  progress(done: number, total: number, note?: string): void;
  log(message: string, fields?: Readonly<Record<string, Json>>): void;
  /** Asks a person and waits, keeping the lease. Rejects with PROMPT_EXPIRED. */
  ask(prompt: PromptRequest): Promise<string>;
  /** What the plugin keeps open in the host; opened by the first who asks. */
  service<TService extends PluginService>(): Promise<TService>;
  /** Keeps a file about this task (mode 0600, for a set time) for whoever looks into a failure. Gives its path. */
  evidence(name: string, content: Uint8Array | string): Promise<string>;
}

/** For an action over accounts: one task an account, which it holds on lease. */
export interface AccountTaskContext<TConfig, TAccount, TInput> extends TaskContext<TConfig, TInput> {
  readonly account: Account<TAccount>;
  /** Changes the account; durable when it resolves. */
  update(change: AccountChange<TAccount>): Promise<void>;
  /** The account's live session, for an action that goes through it. SESSION_NOT_READY when it ended meanwhile. */
  session<TSession extends LiveSession>(): TSession;
}

/** For an action over the plugin as a whole: one task, which leases accounts from the pool as it needs them. */
export interface PluginTaskContext<TConfig, TAccount, TInput> extends TaskContext<TConfig, TInput> {
  readonly pool: PoolAccess<TAccount>;
}
