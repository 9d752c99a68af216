export type { Clock, Random } from './ports/clock.ts';
