/** What the process takes now. */
export interface ProcessUsage {
  readonly rssBytes: number;
  /** Of one core, since the last look (at least a second ago), or since the start. */
  readonly cpuPercent: number;
}

const SHORTEST_US = 1_000_000;

/** Looks only when asked; keeps no timer. */
export function createProcessUsage(): () => ProcessUsage {
  let from = { at: 0, cpu: 0 };
  let cpuPercent = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const now = { at: process.uptime() * 1e6, cpu: user + system };
    if (now.at - from.at >= SHORTEST_US) {
      cpuPercent = Math.round(((now.cpu - from.cpu) / (now.at - from.at)) * 1_000) / 10;
      from = now;
    }
    return { rssBytes: process.memoryUsage.rss(), cpuPercent };
  };
}
