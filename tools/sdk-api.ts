import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The committed text: all that a plugin author can rely on. `node tools/sdk-api.ts` writes it anew. */
export const apiFile = join(root, 'packages/sdk/api/index.d.ts');

const DOORS = ['index.d.ts', 'testing/index.d.ts', 'browser/index.d.ts'];

/** The declarations behind the sdk's doors, module by module, as the compiler makes them from the sources now. */
export async function sdkApi(): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'muster-sdk-api-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const flags = [
      '--emitDeclarationOnly',
      '--declarationMap',
      'false',
      '--outDir',
      out,
      '--tsBuildInfoFile',
      join(out, '.tsbuildinfo'),
    ];
    await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'packages/sdk'), ...flags]);
    const modules = new Map<string, string>();
    for (const door of DOORS) await collect(out, door, modules);
    return [...modules].map(([name, text]) => `// ${name}\n${text.trim()}\n`).join('\n');
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function collect(folder: string, name: string, into: Map<string, string>): Promise<void> {
  if (into.has(name)) return;
  const text = await readFile(join(folder, name), 'utf8');
  into.set(name, text);
  for (const [, path] of text.matchAll(/from '(\.[^']+)\.(?:ts|js)'/g)) {
    await collect(folder, normalize(join(dirname(name), `${path}.d.ts`)), into);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(apiFile, await sdkApi());
