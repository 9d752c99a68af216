import type { Plugin } from '@muster/sdk';
import type { Observable } from 'rxjs';

export interface PluginListing {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Where it was found. */
  readonly source: 'checkout' | 'data' | 'config';
  readonly state: 'loaded' | 'broken' | 'incompatible' | 'disabled';
  /** Why it did not load, or which paths of it another plugin answers; null when all is well. */
  readonly reason: string | null;
}

/** The providers. A plugin that fails to load is listed with its reason and stops nobody. */
export interface Plugins {
  list(): readonly PluginListing[];
  /** NOT_FOUND with the nearest id, or PLUGIN_BROKEN with the reason. */
  get(id: string): Plugin;
  loaded(): readonly Plugin[];
  /** The plugin's settings, validated, defaults filled in. */
  config(id: string): Readonly<Record<string, unknown>>;
  /** The same for people: a secret one that is set is a mask. Null when one that the plugin needs was not made. */
  shown(id: string): Readonly<Record<string, unknown>> | null;
  /** `null` takes a setting back to its default, or is its value where the schema has it as one; the mask leaves a secret one as it is. BAD_INPUT. */
  configure(id: string, patch: Readonly<Record<string, unknown>>, actor: string): Promise<void>;
  /** The id of a plugin after each change of its settings. */
  readonly configured$: Observable<string>;
}
