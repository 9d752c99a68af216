import { defineConfig } from 'vitest/config';

const conditions = ['muster:source', 'node', 'import', 'default'];

/** Runs plugins that are at fault, for a test to see that the kit finds each fault. Not part of any run of its own. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { include: ['faulty-plugins.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
