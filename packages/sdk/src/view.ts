import type { AccountAccess, JobAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { LiveSession, SessionAccess } from './session.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';

/** One part of a view. Texts are cleaned of control characters by whoever shows them. */
export type ViewSection =
  | {
      readonly kind: 'facts';
      readonly title?: string;
      readonly facts: readonly { readonly label: string; readonly value: string | number; readonly tone?: Tone }[];
    }
  | {
      readonly kind: 'table';
      readonly title?: string;
      readonly columns: readonly { readonly key: string; readonly title: string; readonly align?: 'left' | 'right' }[];
      readonly rows: readonly Readonly<Record<string, string | number | null>>[];
    }
  | {
      readonly kind: 'bars';
      readonly title?: string;
      readonly bars: readonly { readonly label: string; readonly value: number; readonly of?: number; readonly tone?: Tone }[];
    }
  /** Values of equal steps of time, the oldest first. */
  | { readonly kind: 'spark'; readonly title?: string; readonly values: readonly number[] }
  /** The oldest first; `from` is who said it. */
  | {
      readonly kind: 'log';
      readonly title?: string;
      readonly lines: readonly { readonly at: number; readonly from?: string; readonly text: string; readonly tone?: Tone }[];
    };

export interface ViewContent {
  readonly sections: readonly ViewSection[];
  /** A line to type into: starts an action with what was typed as one field of its input. */
  readonly say?: {
    readonly label: string;
    readonly action: string;
    readonly field: string;
    readonly input?: Readonly<Record<string, Json>>;
  };
  /** What can be looked at next: the same view with these parameters. */
  readonly choices?: readonly { readonly title: string; readonly params: Readonly<Record<string, string>> }[];
}

export interface ViewContext<TConfig, TAccount> {
  readonly config: TConfig;
  /** The account that it is about; undefined for a view of the plugin. */
  readonly account: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly accounts: AccountAccess<TAccount>;
  readonly jobs: JobAccess;
  readonly sessions: SessionAccess;
  readonly signal: AbortSignal;
  now(): number;
  service<TService extends PluginService>(): Promise<TService>;
  session<TSession extends LiveSession>(): TSession;
}

export type ReadView<TConfig, TAccount> = (context: ViewContext<TConfig, TAccount>) => Promise<ViewContent>;

export type AnyReadView = ReadView<any, any>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schemas

/** A page of figures or texts, told as data: drawn by the screen, printed by `muster view`, answered over HTTP. */
export interface View {
  readonly title: string;
  readonly about: 'plugin' | 'account';
  load(): Promise<{ readonly default: AnyReadView }>;
}
