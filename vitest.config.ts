import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';

// `muster:source` resolves packages to their sources, so tests need no build. Vite keeps two lists; both must name it.
const conditions = ['muster:source', 'node', 'import', 'default'];

// Under the gate every project leaves a report, by its folder; tools/gate.mjs adds them up.
const underGate = process.env['NX_TASK_TARGET_PROJECT'] !== undefined;
const folder = relative(import.meta.dirname, process.cwd()) || 'tools';
const report = join(import.meta.dirname, 'node_modules/.cache/muster-tests', folder, 'report.json');

// Settings of whoever runs the tests are none of their business: where a test needs one, it gives it.
for (const name of Object.keys(process.env).filter((key) => /^(?:MUSTER_|INK_|ACCOUNT_ENCRYPTION_KEY$)/.test(key)))
  Reflect.deleteProperty(process.env, name);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Far more than any needs: what a loaded machine does slowly is no failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    passWithNoTests: true,
    allowOnly: false,
    expect: { poll: { timeout: 30_000 } },
    reporters: underGate ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
