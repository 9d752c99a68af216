import { setTimeout as sleep } from 'node:timers/promises';
import type { TerminalProcess } from '../terminal/terminal-process.ts';
import { defineBenchmark } from './benchmark.ts';
import {
  ACCOUNTS,
  answerOf,
  cleanly,
  closeSubject,
  drive,
  goFirst,
  openPeer,
  openScreen,
  openSubject,
  peers,
  showAccounts,
  type TuiSubject,
} from './lib-tui.ts';
import { median, quantile } from './report.ts';

/** `BENCH_SHORT=1`: one round and no comparison, for the time between two changes; about half a minute. */
const SHORT = process.env['BENCH_SHORT'] === '1';
/** Clean samples wanted, and keys pressed for them at most. */
const KEYS = 60;
const MOST_KEYS = SHORT ? 150 : 400;
const EVENTS = 50;

const compared = SHORT ? [] : peers;

const row = (terminal: TerminalProcess): number => Number(/(\d[\d ]*) of /.exec(terminal.screen())?.[1]?.replaceAll(' ', ''));

/** One key at a time, until the number of the row under the pointer is the next one. */
async function keyTimes(terminal: TerminalProcess): Promise<number[]> {
  const times: number[] = [];
  let at = row(terminal);
  for (let key = 0; key < MOST_KEYS && times.length < KEYS; key++) {
    await sleep(60 + (key % 7) * 9);
    at++;
    const wanted = at;
    const { value, clean } = await cleanly(terminal.pid, async () => {
      const started = performance.now();
      terminal.press('j');
      await terminal.until(() => row(terminal) === wanted, `row ${wanted}`);
      return performance.now() - started;
    });
    if (clean) times.push(value);
  }
  if (times.length < KEYS / 3)
    throw new Error(`the machine is too busy: only ${times.length} of ${MOST_KEYS} keys met a free processor`);
  return times;
}

export const benchmark = defineBenchmark<TuiSubject>({
  name: 'tui-key',
  title: `From a key to the painted change, 160 by 45, ${ACCOUNTS} accounts, ${EVENTS} events a second`,
  n: ACCOUNTS,
  unit: 'ms',
  bar: { atMost: 15 },
  ...(SHORT ? { rounds: 1 } : {}),
  also: {
    p95: { unit: 'ms', bar: { atMost: 40 } },
    lost: { unit: 'keys of 5,000 pasted', bar: { atMost: 0 } },
    ...Object.fromEntries(compared.map(({ name }) => [name, { unit: 'ms to its first byte, nothing happening', bar: {} }])),
  },
  setup: openSubject,
  close: closeSubject,
  async run(subject) {
    await using terminal = await openScreen(subject);
    await showAccounts(terminal);
    goFirst(terminal.pid);
    await using events = drive(subject, EVENTS);
    await sleep(1_000);
    const times = await keyTimes(terminal);
    const from = row(terminal);
    terminal.press('j'.repeat(5_000));
    const wanted = Math.min(ACCOUNTS, from + 5_000);
    await terminal.until(() => row(terminal) === wanted, `row ${wanted}`);
    const also: Record<string, number> = { p95: quantile(times, 0.95), lost: wanted - row(terminal) };
    if (events.sent() === 0) throw new Error('no event was driven');
    for (const peer of compared) {
      await using other = await openPeer(peer);
      const answers: number[] = [];
      for (let key = 0; key < 20; key++) {
        const answer = await answerOf(other, key % 2 === 0 ? 'down' : 'up');
        if (answer?.ms !== undefined) answers.push(answer.ms);
      }
      also[peer.name] = median(answers);
    }
    return { samples: times, also };
  },
});
