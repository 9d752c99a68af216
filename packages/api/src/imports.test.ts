import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('loads no schema library with the client', async () => {
  const index = new URL('./index.ts', import.meta.url).href;
  const script = `await import(${JSON.stringify(index)}); console.log(JSON.stringify(globalThis.seen));`;
  const hooks = `import { registerHooks } from 'node:module'; globalThis.seen = [];
    registerHooks({ load(url, context, next) { globalThis.seen.push(url); return next(url, context); } });`;
  const first = `data:text/javascript,${encodeURIComponent(hooks)}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=muster:source',
    '--import',
    first,
    '--input-type=module',
    '-e',
    script,
  ]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.some((url) => url.includes('/rxjs/'))).toBe(true);
  expect(loaded.filter((url) => /\/(zod|undici)\//.test(url))).toEqual([]);
});
