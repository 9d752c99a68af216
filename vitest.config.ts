import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `muster:source` resolves packages to their sources, so tests need no build. Vite keeps two lists; both must name it.
const conditions = ['muster:source', 'node', 'import', 'default'];

// Under the gate every project leaves a report, which tools/gate.mjs adds up.
const project = process.env['NX_TASK_TARGET_PROJECT'];
const report = `./node_modules/.cache/muster-tests/${project}.json`;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: true,
    allowOnly: false,
    reporters:
      project === undefined
        ? ['default']
        : ['default', ['json', { outputFile: fileURLToPath(new URL(report, import.meta.url)) }]],
  },
});
