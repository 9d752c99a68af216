import type { PluginService, RequestRotation } from '@muster/sdk';

/** Whose token this is, if it may operate; undefined for any other text. */
export type Authorize = (token: string) => Promise<{ readonly actor: string } | undefined>;

/** How far a service has come; `why` it could not be opened when it was last tried. */
export interface ServiceStatus {
  readonly state: 'closed' | 'opening' | 'open' | 'failed';
  readonly why: string | null;
}

/** What plugins keep open beside their tasks: at most one service each. */
export interface PluginServices {
  /**
   * The plugin's service: opened by the first who asks, while all others wait for the same. One that could not be opened is
   * tried again by the next. UNAVAILABLE when the plugin has none, or the host has not started or stops.
   */
  open<TService extends PluginService>(plugin: string): Promise<TService>;
  /** From now on services may be opened. */
  admit(authorize: Authorize): void;
  /** Opens, in the background, those that are to be open from the start, and later those whose settings come to say so. */
  start(): void;
  status(plugin: string): ServiceStatus;
  /** Those that services have open now. */
  rotations(): readonly {
    readonly plugin: string;
    readonly rotation: RequestRotation<unknown>;
    /** Where the service listens. */
    readonly urls: readonly string[];
  }[];
  /** Closes all at once, each within the time. */
  stop(graceMs: number): Promise<void>;
}
