import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inkPatch } from '../ink-patch.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ScreenBundle extends AsyncDisposable {
  /** The program: the screen with a host in memory, made as the real one is. */
  readonly program: string;
}

/** The screen with a host in memory as one program, for tests that need a real terminal and no host. */
export async function bundleFakeScreen(): Promise<ScreenBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-screen-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: { screen: 'packages/tui/src/testing/run-fake-screen.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['muster:source'],
    external: ['react-devtools-core'],
    plugins: [inkPatch],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return {
    program: join(folder, 'screen.mjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
