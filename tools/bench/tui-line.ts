import { setTimeout as sleep } from 'node:timers/promises';
import { defineBenchmark } from './benchmark.ts';
import {
  ACCOUNTS,
  answerOf,
  closeSubject,
  drive,
  openPeer,
  openScreen,
  openSubject,
  peers,
  showAccounts,
  type TuiSubject,
} from './lib-tui.ts';
import { median } from './report.ts';
import type { TerminalProcess } from '../terminal/terminal-process.ts';

const WATCHED_MS = 5_000;

/** Bytes a second while `ms` pass. */
async function rate(terminal: TerminalProcess): Promise<number> {
  const before = Buffer.byteLength(terminal.raw);
  await sleep(WATCHED_MS);
  return (Buffer.byteLength(terminal.raw) - before) / (WATCHED_MS / 1_000);
}

/** Bytes that a move of the cursor inside the window costs, the panel that follows it included. */
async function keyBytes(terminal: TerminalProcess): Promise<number> {
  const bytes: number[] = [];
  for (let key = 0; key < 20; key++) {
    const before = Buffer.byteLength(terminal.raw);
    terminal.press('j');
    await sleep(350);
    bytes.push(Buffer.byteLength(terminal.raw) - before);
  }
  return median(bytes);
}

export const benchmark = defineBenchmark<TuiSubject>({
  name: 'tui-line',
  title: `What the line carries at 50 events a second, 160 by 45, ${ACCOUNTS} accounts; idle, at 1 event a second, and for a key`,
  n: ACCOUNTS,
  unit: 'bytes/s',
  bar: { atMost: 15_000 },
  rounds: 3,
  also: {
    idle: { unit: 'bytes/s', bar: { atMost: 0 } },
    one: { unit: 'bytes/s at 1 event/s', bar: { atMost: 15_000 } },
    roster: { unit: 'bytes/s at 50 events/s with the list in view', bar: { atMost: 15_000 } },
    key: { unit: 'bytes a cursor key', bar: { atMost: 600 } },
    scroll: { unit: 'bytes a key that scrolls the list', bar: {} },
    ...Object.fromEntries(peers.map(({ name }) => [name, { unit: 'bytes a key', bar: {} }])),
  },
  setup: openSubject,
  close: closeSubject,
  async run(subject) {
    const also: Record<string, number> = {};
    await using terminal = await openScreen(subject);
    await sleep(1_500);
    // The clock of the title may turn over: the quieter of two looks.
    also['idle'] = Math.min(await rate(terminal), await rate(terminal));
    let busy = 0;
    {
      await using events = drive(subject, 1);
      await sleep(1_000);
      also['one'] = await rate(terminal);
      if (events.sent() === 0) throw new Error('no event was driven');
    }
    {
      await using events = drive(subject, 50);
      await sleep(1_500);
      busy = await rate(terminal);
      await showAccounts(terminal);
      await sleep(500);
      also['roster'] = await rate(terminal);
      if (events.sent() < 300) throw new Error(`only ${events.sent()} events were driven`);
    }
    await sleep(1_500);
    also['key'] = await keyBytes(terminal);
    terminal.press('G');
    await sleep(500);
    terminal.press('k'.repeat(60));
    await sleep(700);
    const answers: number[] = [];
    for (let key = 0; key < 10; key++) answers.push((await answerOf(terminal, 'k'))?.bytes ?? Number.NaN);
    also['scroll'] = median(answers);
    for (const peer of peers) {
      await using other = await openPeer(peer);
      const bytes: number[] = [];
      for (let key = 0; key < 12; key++) {
        const answer = await answerOf(other, key % 2 === 0 ? 'down' : 'up');
        if (answer) bytes.push(answer.bytes);
      }
      also[peer.name] = median(bytes);
    }
    return { samples: [busy], also };
  },
});
