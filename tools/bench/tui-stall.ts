import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineBenchmark } from './benchmark.ts';
import { ACCOUNTS, closeSubject, drive, openScreen, openSubject, showAccounts, type TuiSubject } from './lib-tui.ts';

const STALLED_MS = 10_000;
const PROBE = new URL('lib-loop-probe.mjs', import.meta.url).href;

interface Probed extends TuiSubject {
  readonly probes: string;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The worst that all probed processes saw between two moments. */
async function worst(probes: string, { from, to }: Window, pid?: number): Promise<{ gap: number; backlog: number }> {
  let gap = Number.NaN;
  let backlog = 0;
  for (const file of pid === undefined ? await readdir(probes) : [String(pid)])
    for (const line of (await readFile(join(probes, file), 'utf8')).split('\n')) {
      const [at = 0, ms = 0, bytes = 0] = line.split(' ').map(Number);
      if (at < from || at > to) continue;
      gap = Number.isNaN(gap) ? ms : Math.max(gap, ms);
      backlog = Math.max(backlog, bytes);
    }
  return { gap, backlog };
}

export const benchmark = defineBenchmark<Probed>({
  name: 'tui-stall',
  title: `The terminal takes nothing for ${STALLED_MS / 1_000} s at 50 events a second, keys pressed meanwhile: longest gap of an event loop (screen, host), waiting for a processor taken off`,
  n: ACCOUNTS,
  unit: 'ms',
  bar: { atMost: 100 },
  rounds: 3,
  also: {
    screen: { unit: 'ms, of the screen alone', bar: { atMost: 100 } },
    backlog: { unit: 'bytes not taken', bar: { atMost: 100_000 } },
    lost: { unit: 'keys pressed meanwhile that are lost', bar: { atMost: 0 } },
    wrong: { unit: 'rows wrong afterwards', bar: { atMost: 0 } },
  },
  async setup() {
    const probes = await mkdtemp(join(tmpdir(), 'muster-probes-'));
    process.env['MUSTER_PROBE'] = probes;
    process.env['NODE_OPTIONS'] = `--import=${PROBE}`;
    try {
      return { ...(await openSubject()), probes };
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  },
  async close(subject) {
    await closeSubject(subject);
    await rm(subject.probes, { recursive: true });
  },
  async run(subject) {
    const { probes } = subject;
    await using terminal = await openScreen(subject, { MUSTER_PROBE: probes, NODE_OPTIONS: `--import=${PROBE}` });
    await showAccounts(terminal);
    await using events = drive(subject, 50);
    // Both screens were drawn before: what is measured is the stall and not the first time.
    for (let turn = 0; turn < 10; turn++) {
      terminal.press('9', '2');
      await sleep(150);
    }
    await sleep(1_000);
    const from = Date.now();
    let pressed = 0;
    terminal.stall();
    while (Date.now() - from < STALLED_MS) {
      // Scrolling and changing screens draw the most.
      terminal.press('9', '2', 'j');
      pressed++;
      await sleep(100);
    }
    const to = Date.now();
    terminal.release();
    await events[Symbol.asyncDispose]();
    await sleep(3_000);
    const row = Number(/(\d[\d ]*) of /.exec(terminal.screen())?.[1]?.replaceAll(' ', ''));
    const shown = terminal.screen().split('\n');
    terminal.press('ctrl-l');
    await sleep(1_500);
    const anew = terminal.screen().split('\n');
    const { gap, backlog } = await worst(probes, { from, to });
    const screen = (await worst(probes, { from, to }, terminal.pid)).gap;
    const wrong = shown.filter((line, index) => line !== anew[index]).length;
    return { samples: [gap], also: { screen, backlog, lost: pressed + 1 - row, wrong } };
  },
});
