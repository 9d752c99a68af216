import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const LENT = /^(?:@muster\/sdk|zod|rxjs|react|ink)(?:\/|$)/;
const OURS = /^@muster\/sdk(?:\/|$)/;

/**
 * Gives plugins in a directory outside of the checkout the host's own packages: the sdk always, so that there is one error
 * class, and the others where the plugin has none of its own. Returns the end of it.
 */
export function lendPackages(directory: string): () => void {
  let home: string;
  try {
    home = pathToFileURL(`${realpathSync(directory)}/`).href;
  } catch {
    // Without the directory there is nobody to lend to.
    return () => undefined;
  }
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.startsWith(home) || !LENT.test(specifier)) return next(specifier, context);
      // React and Ink are the sdk's, not the core's: ask from where the sdk is.
      const lend = (): ReturnType<typeof next> => {
        const from = { ...context, parentURL: import.meta.url };
        if (!/^(?:react|ink)(?:\/|$)/.test(specifier)) return next(specifier, from);
        return next(specifier, { ...context, parentURL: next('@muster/sdk', from).url });
      };
      if (OURS.test(specifier)) return lend();
      try {
        return next(specifier, context);
      } catch {
        return lend();
      }
    },
  });
  return () => hooks.deregister();
}
