export { ownDirectory } from './directory/own-directory.ts';
export type { OwnedDirectory } from './directory/own-directory.ts';
export type { HostCore } from './host-core.ts';
export { runHost } from './run-host.ts';
export type { RunOptions } from './run-host.ts';
export { HOST_COLLECTIONS, startHost } from './start-host.ts';
export type { Host, HostOptions } from './start-host.ts';
