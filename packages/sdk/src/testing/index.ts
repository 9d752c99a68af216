export { definePluginTests } from './define-plugin-tests.ts';
export type { PluginTestOptions } from './define-plugin-tests.ts';
export { createTestContext } from './test-context.ts';
export type { Seen, TestContext, TestContextOptions } from './test-context.ts';
export { createTestAccount, createTestPool } from './test-pool.ts';
export type { TestAccount } from './test-account.ts';
export type { TestPool, TestPoolOptions } from './test-pool.ts';
export { createTestServiceContext } from './test-service-context.ts';
export type { TestServiceContext } from './test-service-context.ts';
