import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** Writes docs/keys.md from the key map of the screens. */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'muster-keys-'));
try {
  await build({
    absWorkingDir: ROOT,
    stdin: {
      contents:
        "import { currentKeysPage } from './packages/tui/src/testing/keys-page.ts'; process.stdout.write(currentKeysPage());",
      resolveDir: ROOT,
    },
    outfile: join(folder, 'keys.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['muster:source'],
    plugins: [
      {
        name: 'no-devtools',
        setup(builder) {
          builder.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'none' }));
          builder.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {};' }));
        },
      },
    ],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'keys.mjs')]);
  await writeFile(join(ROOT, 'docs/keys.md'), stdout);
} finally {
  await rm(folder, { recursive: true });
}
