import { readHostInfo } from '@muster/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNTS, drive, openScreen, showAccounts, SIZE, type TuiSubject } from '../../bench/lib-tui.ts';
import { startDetached } from '../../bench/lib-host.ts';
import type { TerminalProcess } from '../../terminal/terminal-process.ts';
import type { Row } from '../store/row.ts';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 50);
const PASTED = 5_000;
const HELD_MS = 60_000;
const REPEAT_MS = 33;
const LINE = 20_000;
const FROZEN_MS = 30_000;
const RESIZES = 200;
/** An outage shows, and frames on their way arrive, within this. */
const SETTLED_MS = 3_000;

/** The number of the row under the pointer, as the frame of the list says it. */
const rowOf = (terminal: TerminalProcess): number => Number(/(\d[\d ]*) of /.exec(terminal.screen())?.[1]?.replaceAll(' ', ''));

/** What may change by itself: the clock, and the word that the line is slow. */
const steadyRows = (terminal: TerminalProcess): string[] =>
  terminal
    .screen()
    .replace(/\d\d:\d\d *$/m, '')
    .replace(/ *slow line.*$/m, '')
    .split('\n');

interface Wrong {
  readonly count: number;
  readonly text: string;
}

/** Rows of the screen that another drawing of everything changes, when nothing happens; the first of them is told as it was and is. */
async function wrongRows(terminal: TerminalProcess): Promise<Wrong> {
  const shown = steadyRows(terminal);
  terminal.press('ctrl-l');
  await sleep(1_500);
  const anew = steadyRows(terminal);
  const rows = [...shown.keys()].filter((row) => shown[row] !== anew[row]);
  const first = rows[0];
  const example = first === undefined ? '' : `; row ${first} was "${shown[first]}" and is "${anew[first]}"`;
  return { count: rows.length, text: `${rows.length} rows wrong${example}` };
}

/** Works while accounts change at a steady pace. */
async function amidEvents(subject: TuiSubject, work: () => Promise<void>): Promise<void> {
  const events = drive(subject, EVENTS);
  try {
    await work();
  } finally {
    await events[Symbol.asyncDispose]();
  }
}

async function onList<T>(subject: TuiSubject, work: (terminal: TerminalProcess) => Promise<T>): Promise<T> {
  await using terminal = await openScreen(subject);
  await showAccounts(terminal);
  await terminal.until(() => rowOf(terminal) === 1, 'the first row');
  const answer = await work(terminal);
  terminal.press('q');
  await terminal.exited();
  return answer;
}

export const paste = (subject: TuiSubject): Promise<Row> =>
  onList(subject, async (terminal) => {
    const from = rowOf(terminal);
    const wanted = Math.min(ACCOUNTS, from + PASTED);
    const began = performance.now();
    await amidEvents(subject, async () => {
      terminal.press('j'.repeat(PASTED));
      await terminal.until(() => rowOf(terminal) === wanted, `row ${wanted}`);
    });
    const ms = Math.round(performance.now() - began);
    await sleep(SETTLED_MS);
    const wrong = await wrongRows(terminal);
    const lost = wanted - rowOf(terminal);
    return {
      name: `${PASTED} keys pasted`,
      figure: `${lost} lost, ${ms} ms, ${wrong.text}`,
      holds: lost === 0 && wrong.count === 0,
    };
  });

export const heldKey = (subject: TuiSubject): Promise<Row> =>
  onList(subject, async (terminal) => {
    const from = rowOf(terminal);
    const before = terminal.raw.length;
    let pressed = 0;
    let atHalf = 0;
    const ends = performance.now() + HELD_MS;
    await amidEvents(subject, async () => {
      terminal.throttle(LINE);
      while (performance.now() < ends) {
        terminal.press('j');
        pressed++;
        await sleep(REPEAT_MS);
        if (atHalf === 0 && performance.now() > ends - HELD_MS / 2) atHalf = rowOf(terminal) - from - pressed;
      }
    });
    const released = performance.now();
    await terminal.until(() => rowOf(terminal) === Math.min(ACCOUNTS, from + pressed), 'all keys');
    const behind = Math.round(performance.now() - released);
    const sent = terminal.raw.length - before;
    await sleep(SETTLED_MS);
    terminal.throttle(Infinity);
    const wrong = await wrongRows(terminal);
    return {
      name: `j held for ${HELD_MS / 1_000} s over ${LINE / 1_000} kB/s`,
      figure: `${pressed} keys, none lost; half-way ${-atHalf} rows behind; the last key shown ${behind} ms after its release; ${sent} bytes; ${wrong.text}`,
      holds: behind < 3_000 && wrong.count === 0,
    };
  });

export const freeze = (subject: TuiSubject): Promise<Row> =>
  onList(subject, async (terminal) => {
    const from = rowOf(terminal);
    let pressed = 0;
    let backlog = 0;
    await amidEvents(subject, async () => {
      terminal.stall();
      const ends = performance.now() + FROZEN_MS;
      while (performance.now() < ends) {
        terminal.press('9', '2', 'j');
        pressed++;
        await sleep(100);
      }
      backlog = terminal.raw.length;
      terminal.release();
    });
    await sleep(SETTLED_MS);
    backlog = terminal.raw.length - backlog;
    const wrong = await wrongRows(terminal);
    const lost = from + pressed - rowOf(terminal);
    return {
      name: `the terminal takes nothing for ${FROZEN_MS / 1_000} s`,
      figure: `${pressed * 3} keys meanwhile, ${lost} lost; ${backlog} bytes afterwards; ${wrong.text}`,
      holds: lost === 0 && wrong.count === 0 && backlog < 200_000,
    };
  });

export const resizes = (subject: TuiSubject): Promise<Row> =>
  onList(subject, async (terminal) => {
    await amidEvents(subject, async () => {
      for (let count = 0; count < RESIZES; count++) {
        terminal.resize(10 + Math.floor(Math.random() * 230), 3 + Math.floor(Math.random() * 70));
        await sleep(Math.random() * 40);
      }
      terminal.resize(SIZE.columns, SIZE.rows);
    });
    await sleep(SETTLED_MS);
    const wrong = await wrongRows(terminal);
    return {
      name: `${RESIZES} random resizes`,
      figure: wrong.text,
      holds: wrong.count === 0 && terminal.line(0).startsWith(' muster'),
    };
  });

export const killedHost = (subject: TuiSubject): Promise<Row> =>
  onList(subject, async (terminal) => {
    const host = await readHostInfo(subject.directory);
    if (host === undefined) throw new Error('no host runs');
    process.kill(host.pid, 'SIGKILL');
    await terminal.until((screen) => screen.includes('lost the host'), 'the outage');
    terminal.press('j', 'j');
    await startDetached(subject.directory);
    const began = performance.now();
    await terminal.until((screen) => !screen.includes('lost the host'), 'the return');
    const back = Math.round(performance.now() - began);
    const before = rowOf(terminal);
    await amidEvents(subject, async () => {
      await sleep(SETTLED_MS);
    });
    terminal.press('G');
    await terminal.until(() => rowOf(terminal) === ACCOUNTS, 'the last row, which only the new host has');
    await sleep(SETTLED_MS);
    const wrong = await wrongRows(terminal);
    return {
      name: 'the host killed -9 under the screen',
      figure: `connected again ${back} ms after its return, the pointer on row ${before}, ${wrong.text}`,
      holds: wrong.count === 0 && before === 3,
    };
  });
