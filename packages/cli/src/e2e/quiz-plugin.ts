import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin that asks, waits and fails as it is told. */
const QUIZ = `import { definePlugin, MusterError, retireAccount, secret } from '@muster/sdk';
import { z } from 'zod';

const Ask = z.object({ kind: z.enum(['otp', 'text', 'captcha']).default('text'), title: z.string().default('Which colour?') });

export default definePlugin({
  id: 'quiz',
  title: 'Quiz',
  config: z.object({}),
  account: z.object({ name: z.string(), pin: secret(z.string()) }),
  identity: [['name']],
  actions: {
    ask: {
      title: 'Ask',
      input: Ask,
      run: async ({ ask, input }) => ({ answer: await ask({ ...input, expiresInMs: 60_000 }) }),
    },
    check: { title: 'Check', input: z.object({}), run: async () => ({ good: true }) },
    wait: { title: 'Wait', input: z.object({}), run: ({ sleep }) => sleep(60_000) },
    fail: {
      title: 'Fail',
      input: z.object({ with: z.enum(['pin', 'retire', 'message']).default('message') }),
      async run({ account, input, log, progress }) {
        const pin = await account.secret('pin');
        log('the pin is ' + pin, { note: pin, password: pin });
        progress(1, 2, pin);
        if (input.with === 'retire') throw retireAccount('BAD_CREDENTIALS', 'The pin ' + pin + ' was refused');
        if (input.with === 'pin') throw new Error('a defect beside ' + pin);
        throw new MusterError('QUIZ_LOST', account.label + ' lost');
      },
    },
  },
});
`;

export async function addQuiz(data: string): Promise<void> {
  const folder = join(data, 'plugins', 'quiz');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const manifest = { name: 'muster-plugin-quiz', version: '0.1.0', type: 'module', engines: { muster: '^0.1.0' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, muster: { plugin: './index.js' } }));
  await writeFile(join(folder, 'index.js'), QUIZ);
}
