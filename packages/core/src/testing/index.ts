export { createTestClock } from './test-clock.ts';
export type { TestClock } from './test-clock.ts';
export { createTestRandom } from './test-random.ts';
export { addWirePlugin } from './wire/add-wire-plugin.ts';
export { wirePlugin } from './wire/wire-plugin.ts';
export type { WireSession } from './wire/wire-account.ts';
export type { WireOptions } from './wire/wire-plugin.ts';
export { openWireServer } from './wire/wire-server.ts';
export type { WireServer } from './wire/wire-server.ts';
