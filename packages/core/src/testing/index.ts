export { createTestClock } from './test-clock.ts';
export type { TestClock } from './test-clock.ts';
export { createTestRandom } from './test-random.ts';
