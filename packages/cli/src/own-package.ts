import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface OwnPackage {
  /** Its folder. */
  readonly folder: string;
  readonly version: string;
}

/** Above this file, as built and as bundled one folder deeper. */
const PLACES = ['../', '../../'];

/** The package that this program is: a workspace of the checkout, or what was installed. */
function ownPackage(): OwnPackage {
  for (const place of PLACES) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version: string;
      };
      if (name === 'muster') return { folder, version };
    } catch {
      // Not there.
    }
  }
  throw new Error('the package.json of muster is missing');
}

export const version = (): string => ownPackage().version;

/** The folder of the plugins that come with muster. */
export const ownPlugins = (checkout: string | null): string => join(checkout ?? ownPackage().folder, 'plugins');
