import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Surroundings } from './create-context.ts';
import type { screen as Screen } from './screen.ts';

/** The screen in one file, made by `npm run build`; without it its parts are loaded one by one. */
const BUNDLE = new URL('bundle/screen.js', import.meta.url);

/** Opens the screen for a line without a command. */
export async function openScreen(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      screen: { type: 'string' },
      host: { type: 'string' },
      'token-file': { type: 'string' },
      quiet: { type: 'boolean' },
      'no-color': { type: 'boolean' },
      standalone: { type: 'boolean' },
      'screen-reader': { type: 'boolean' },
    },
  });
  process.env['NODE_ENV'] ??= 'production';
  if (values['screen-reader']) process.env['MUSTER_SCREEN_READER'] = '1';
  const module = existsSync(BUNDLE) ? BUNDLE.href : './screen.js';
  const { screen } = (await import(module)) as { readonly screen: typeof Screen };
  return screen(
    {
      ...(values.data === undefined ? {} : { data: values.data }),
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values['token-file'] === undefined ? {} : { tokenFile: values['token-file'] }),
      ...(values['no-color'] ? { color: false } : {}),
      ...(values.standalone ? { standalone: true } : {}),
    },
    values.screen,
    surroundings,
  );
}
