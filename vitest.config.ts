import { defineConfig } from 'vitest/config';

// `muster:source` resolves packages to their sources, so tests need no build. Vite keeps two lists; both must name it.
const conditions = ['muster:source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', '**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: true,
    reporters: ['default'],
  },
});
