import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Files that a careless author could write, and what lint must say of each; null where it must say nothing. */
const CASES: readonly (readonly [path: string, text: string, complaint: RegExp | null])[] = [
  ['plugins/a/src/sdk.ts', "import { x } from '@muster/sdk';", null],
  ['plugins/a/src/kit.test.ts', "import { x } from '@muster/sdk/testing';", null],
  ['plugins/a/src/core.ts', "import { x } from '@muster/core';", /no-restricted-imports/],
  ['plugins/a/src/other.ts', "import { x } from '@muster/plugin-b';", /no-restricted-imports/],
  ['packages/tui/src/api.ts', "import { x } from '@muster/api';", null],
  ['packages/tui/src/ui.ts', "import { x } from '@muster/sdk/ui';", null],
  ['packages/tui/src/core.ts', "import { x } from '@muster/core';", /no-restricted-imports/],
  ['packages/tui/src/host.ts', "import { x } from '@muster/host';", /no-restricted-imports/],
  ['packages/host/src/core.ts', "import { x } from '@muster/core';", null],
  ['packages/host/src/plugin.ts', "import { x } from '@muster/plugin-b';", /no-restricted-imports/],
  ['packages/host/src/tui.ts', "import { x } from '@muster/tui';", /no-restricted-imports/],
  ['packages/core/src/sdk.ts', "import { x } from '@muster/sdk';", null],
  ['packages/core/src/api.ts', "import { x } from '@muster/api';", /no-restricted-imports/],
  ['packages/core/src/host.test.ts', "import { x } from '@muster/host';", /no-restricted-imports/],
  ['packages/api/src/sdk.ts', "import { x } from '@muster/sdk';", /no-restricted-imports/],
  ['packages/sdk/src/core.ts', "import { x } from '@muster/core';", /no-restricted-imports/],
  ['packages/cli/src/host.ts', "import { x } from '@muster/host';", null],
  ['packages/cli/src/self.ts', "import { x } from 'muster';", /no-restricted-imports/],
  ['packages/host/src/cli.ts', "import { x } from 'muster';", /no-restricted-imports/],
  ['packages/host/src/path.ts', "import { x } from '../../core/src/index.ts';", /no-restricted-imports/],
  ['packages/host/src/built.ts', "import { x } from './dist/index.js';", /no-restricted-imports/],
  ['packages/core/src/now.ts', 'const x = Date.now();', /no-restricted-properties/],
  ['packages/core/src/chance.ts', 'const x = Math.random();', /no-restricted-properties/],
  ['packages/core/src/timer.ts', 'const x = setTimeout(() => {}, 1);', /no-restricted-globals/],
  ['packages/core/src/pool/timer.ts', 'const x = setInterval(() => {}, 1);', /no-restricted-globals/],
  ['packages/core/src/sleep.ts', "import { setTimeout as x } from 'node:timers/promises';", /no-restricted-imports/],
  ['packages/core/src/adapters/clock.ts', 'const x = Date.now();', null],
  ['packages/core/src/now.test.ts', 'const x = Date.now();', null],
  ['packages/host/src/now.ts', 'const x = Date.now();', null],
  ['packages/host/src/default.ts', 'const x = 1; export default x;', /no-default-export/],
  ['plugins/a/src/index.ts', 'const x = 1; export default x;', null],
  ['packages/host/src/any.ts', 'const x: any = 1;', /no-explicit-any/],
  ['packages/host/src/ignore.ts', '// @ts-ignore\nconst x = 1;', /ban-ts-comment/],
];

let folder = '';
let said: ReadonlyMap<string, readonly string[]>;

function lint(cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'unix', '.'], { cwd }, (_failed, stdout) => {
      resolve(stdout);
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-lint-'));
  await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [path, text] of CASES) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.includes('export') ? `${text}\n` : `${text}\nexport { x };\n`);
  }
  for (const [name, other] of [
    ['ring-a', 'ring-b'],
    ['ring-b', 'ring-a'],
  ]) {
    await writeFile(
      join(folder, `packages/host/src/${name}.ts`),
      `import { x } from './${other}.ts';\nexport const y = x;\nexport { x };\n`,
    );
  }
  const lines = (await lint(folder)).split('\n').filter((line) => /^\S+:\d+:\d+:/.test(line));
  said = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(':')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('lint', () => {
  for (const [path, text, complaint] of CASES) {
    test(`${complaint === null ? 'takes' : 'refuses'} in ${path}: ${text}`, () => {
      expect((said.get(path) ?? []).join('\n')).toMatch(complaint ?? /^$/);
    });
  }

  test('refuses modules that import each other', () => {
    expect(said.get('packages/host/src/ring-a.ts')?.join('\n')).toMatch(/no-cycle/);
  });
});
