import { readFileSync } from 'node:fs';

/** Beside `dist/`, seen from it and from the bundle one folder deeper. */
const PLACES = ['../package.json', '../../package.json'];

/** The version of this package. */
export function version(): string {
  for (const place of PLACES) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        readonly name?: string;
        readonly version: string;
      };
      if (manifest.name === 'muster') return manifest.version;
    } catch {
      // Not there.
    }
  }
  throw new Error('the package.json of muster is missing');
}
