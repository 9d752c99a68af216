import type { Plugins } from '@muster/core';
import type { HttpRoute, Plugin } from '@muster/sdk';

/** A route of a plugin that a request is for. */
export interface FoundRoute {
  readonly plugin: Plugin;
  readonly name: string;
  readonly route: HttpRoute;
  readonly params: Readonly<Record<string, string>>;
}

interface Known {
  readonly name: string;
  readonly route: HttpRoute;
  readonly pattern: RegExp;
}

/** `/session/{id}/qr` as a pattern with a group named `id`. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.~-]/g, '\\$&').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

/** Undefined for what is no text in percent code. */
function decode(groups: Readonly<Record<string, string>>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    return undefined;
  }
}

/** The paths that plugins answer. Of two plugins with the same path, the one that was loaded first has it; the list of plugins says so of the other. */
export interface PluginPaths {
  find(method: string, path: string): FoundRoute | undefined;
}

export function createPluginPaths(plugins: Pick<Plugins, 'loaded'>): PluginPaths {
  const known = new WeakMap<Plugin, readonly Known[]>();
  const routesOf = (plugin: Plugin): readonly Known[] => {
    const made =
      known.get(plugin) ??
      Object.entries(plugin.http?.routes ?? {}).map(([name, route]) => ({ name, route, pattern: patternOf(route.path) }));
    known.set(plugin, made);
    return made;
  };
  return {
    find(method, path) {
      for (const plugin of plugins.loaded()) {
        for (const { name, route, pattern } of routesOf(plugin)) {
          const match = route.method === method ? pattern.exec(path) : null;
          const params = match && decode(match.groups ?? {});
          if (params) return { plugin, name, route, params };
        }
      }
      return undefined;
    },
  };
}
