export { main } from './main.ts';
export type { Surroundings } from './create-context.ts';
