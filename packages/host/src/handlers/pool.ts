import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

/** Figures of the pools. */
export const poolHandlers = ({ pool }: HostCore): Pick<Handlers, 'getPool' | 'forecastPool'> => ({
  getPool: ({ params }) => pool.stats(params.plugin),
  forecastPool({ params: { plugin }, query: { count, minRank, maxRank } }) {
    const rank = { ...(minRank !== undefined && { min: minRank }), ...(maxRank !== undefined && { max: maxRank }) };
    return pool.forecast({ plugin, count, rank });
  },
});
