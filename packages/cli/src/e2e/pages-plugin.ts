import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin with a secret setting, pages, and a task that keeps evidence. */
const PAGES = `import { definePlugin, secret } from '@muster/sdk';
import { z } from 'zod';

const day = { title: 'Its day', about: 'account', load: async () => ({ default: async ({ account, accounts, params }) => {
  const known = await accounts.get(account);
  return { sections: [{ kind: 'log', title: 'Said', lines: [{ at: 0, from: known.label, text: 'hello ' + (params.to ?? 'all') + '\\u001b[31m' }] }] };
} }) };
const figures = { title: 'Figures', about: 'plugin', load: async () => ({ default: async ({ config }) => ({
  sections: [
    { kind: 'facts', title: 'Settings', facts: [{ label: 'key', value: config.key === undefined ? 'none' : config.key.length + ' letters' }, { label: 'served', value: 12345 }] },
    { kind: 'table', columns: [{ key: 'name', title: 'NAME' }, { key: 'count', title: 'COUNT', align: 'right' }], rows: [{ name: 'ash', count: 7 }, { name: 'misty', count: null }] },
    { kind: 'bars', bars: [{ label: 'ready', value: 3, of: 4, tone: 'good' }] },
    { kind: 'spark', values: [1, 2, 3] },
  ],
}) }) };

export default definePlugin({
  id: 'pages',
  title: 'Pages',
  config: z.object({ key: secret(z.string().min(3)).optional(), size: z.int().default(1) }),
  account: z.object({ name: z.string() }),
  identity: [['name']],
  actions: {
    look: {
      title: 'Look',
      input: z.object({}),
      maxAttempts: 1,
      async run(ctx) {
        await ctx.evidence('page.html', '<p>closed</p>');
        throw new Error('The page was closed');
      },
    },
  },
  views: { figures, day },
});
`;

export async function addPages(data: string): Promise<void> {
  const folder = join(data, 'plugins');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'pages.mjs'), PAGES);
}
