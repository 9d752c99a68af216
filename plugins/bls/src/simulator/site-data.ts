import { createHash } from 'node:crypto';

const guid = (name: string): string =>
  createHash('sha1')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** As the site's lists come: ids are GUIDs that mean nothing. */
const named = (names: readonly (readonly [string, string?])[]) =>
  names.map(([Name, Code]) => ({ Id: guid(Name), Name, ...(Code !== undefined && { Code }) }));

export const COUNTRIES = named([
  ['Algeria', 'DZ'],
  ['Egypt', 'EG'],
  ['France', 'FR'],
  ['Germany', 'DE'],
  ['Italy', 'IT'],
  ['Libya', 'LY'],
  ['Mali', 'ML'],
  ['Mauritania', 'MR'],
  ['Morocco', 'MA'],
  ['Niger', 'NE'],
  ['Portugal', 'PT'],
  ['Senegal', 'SN'],
  ['Spain', 'ES'],
  ['Syria', 'SY'],
  ['Tunisia', 'TN'],
]);

export const PASSPORT_TYPES = named([
  ['Ordinary Passport'],
  ['Collective Passport'],
  ['Diplomatic Passport'],
  ['Official Passport'],
  ['Passport of foreigners'],
  ['Service Passport'],
]);

/** Things a page loads beside itself, of the sizes that real ones have. */
export function asset(path: string): { readonly type: string; readonly body: Buffer } {
  if (path.endsWith('.css'))
    return {
      type: 'text/css',
      body: Buffer.from(
        `/*${'x'.repeat(20_000)}*/body{font-family:F1,sans-serif}h1{font-family:F2,sans-serif}@font-face{font-family:F1;src:url(f1.woff2)}@font-face{font-family:F2;src:url(f2.woff2)}`,
      ),
    };
  if (path.endsWith('.js'))
    return { type: 'text/javascript', body: Buffer.from(`/*${'y'.repeat(90_000)}*/window.assetsReady=1;`) };
  if (path.endsWith('.woff2')) return { type: 'font/woff2', body: Buffer.alloc(60_000, 1) };
  return { type: 'image/png', body: Buffer.alloc(40_000, 7) };
}
