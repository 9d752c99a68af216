import { setTimeout as sleep } from 'node:timers/promises';
import { defineBenchmark } from './benchmark.ts';
import { ACCOUNTS, closeSubject, drive, openScreen, openSubject, showAccounts, type TuiSubject, usageOf } from './lib-tui.ts';

const WATCHED_MS = 15_000;
const SETTLED_MS = 8_000;

/** Per cent of one processor while time passes. */
async function cpuPercent(pid: number): Promise<number> {
  const before = (await usageOf(pid)).cpuMs;
  await sleep(WATCHED_MS);
  return ((await usageOf(pid)).cpuMs - before) / (WATCHED_MS / 100);
}

export const benchmark = defineBenchmark<TuiSubject>({
  name: 'tui-cpu',
  title: `CPU of the screen process at 50 events a second, 160 by 45, ${ACCOUNTS} accounts; idle, and its memory`,
  n: ACCOUNTS,
  unit: '% CPU',
  bar: { atMost: 8 },
  rounds: 2,
  also: {
    idle: { unit: '% CPU', bar: { atMost: 0.5 } },
    one: { unit: '% CPU at 1 event/s', bar: {} },
    roster: { unit: '% CPU at 50 events/s with the list in view', bar: { atMost: 8 } },
    memory: { unit: 'MB resident after all this', bar: { atMost: 150 } },
  },
  setup: openSubject,
  close: closeSubject,
  async run(subject) {
    const also: Record<string, number> = {};
    await using terminal = await openScreen(subject);
    await sleep(SETTLED_MS);
    also['idle'] = await cpuPercent(terminal.pid);
    {
      await using events = drive(subject, 1);
      also['one'] = await cpuPercent(terminal.pid);
      if (events.sent() === 0) throw new Error('no event was driven');
    }
    await using events = drive(subject, 50);
    await sleep(1_000);
    const busy = await cpuPercent(terminal.pid);
    await showAccounts(terminal);
    await sleep(1_000);
    also['roster'] = await cpuPercent(terminal.pid);
    also['memory'] = (await usageOf(terminal.pid)).residentMb;
    if (events.sent() < WATCHED_MS / 25) throw new Error(`only ${events.sent()} events were driven`);
    return { samples: [busy], also };
  },
});
