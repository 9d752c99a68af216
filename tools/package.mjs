// `npm run package`: one package for `npm install -g`, with the workspaces inside, since they are published nowhere.
// The folder to put it into may be given; else `dist/`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const stage = new URL('node_modules/.cache/muster-package/', root);
const out = resolve(process.argv[2] ?? fileURLToPath(new URL('dist', root)));

const manifestOf = (folder) => JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8'));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
const isOurs = (name) => name.startsWith('@muster/');
const built = (path) => !/\.test\.|\.map$|\.tsbuildinfo$/.test(path);

/**
 * A workspace as it is installed: what was built, without tests, and its manifest. That names no dependencies: npm takes those of a
 * bundled package for bundled too, and would not install them; the outer package names them all.
 */
function copy(folder, to, parts = ['dist']) {
  mkdirSync(to, { recursive: true });
  for (const part of parts)
    cpSync(new URL(`${folder}/${part}/`, root), new URL(`${part}/`, to), { recursive: true, filter: built });
  const { dependencies: _, scripts: __, ...manifest } = manifestOf(folder);
  writeJson(new URL('package.json', to), manifest);
}

const plugins = readdirSync(new URL('plugins/', root)).map((name) => `plugins/${name}`);
const libraries = readdirSync(new URL('packages/', root))
  .filter((name) => name !== 'cli')
  .map((name) => `packages/${name}`);

rmSync(stage, { recursive: true, force: true });
copy('packages/cli', stage, ['bin', 'dist']);
for (const folder of libraries) copy(folder, new URL(`node_modules/${manifestOf(folder).name}/`, stage));
for (const folder of plugins) copy(folder, new URL(`${folder}/`, stage));

const needed = [...libraries, ...plugins, 'packages/cli'].flatMap((folder) =>
  Object.entries(manifestOf(folder).dependencies ?? {}),
);
const inside = libraries.map((folder) => manifestOf(folder));
const manifest = {
  ...manifestOf('packages/cli'),
  files: ['bin', 'dist', 'plugins'],
  dependencies: {
    ...Object.fromEntries(needed.filter(([name]) => !isOurs(name)).toSorted(([left], [right]) => (left < right ? -1 : 1))),
    ...Object.fromEntries(inside.map(({ name, version }) => [name, version])),
  },
  bundleDependencies: inside.map(({ name }) => name),
  // Below whatsapp-web.js: it would fetch two browsers while it is installed, and fail without a way to them. Ours is the system's.
  puppeteer: { skipDownload: true },
  scripts: undefined,
};
writeJson(new URL('package.json', stage), manifest);

mkdirSync(out, { recursive: true });
const told = execFileSync('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', out], {
  cwd: stage,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [{ filename, size }] = Object.values(JSON.parse(told));
console.log(`${resolve(out, filename)}  ${(size / 1e6).toFixed(1)} MB`);
