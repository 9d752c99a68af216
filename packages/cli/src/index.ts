export { main } from './main.ts';
export type { Surroundings } from './create-context.ts';
export { openMuster } from './open-muster.ts';
export type { Muster } from './open-muster.ts';
