import { drawable, textWidth } from '@muster/sdk/ui';
import { expect, test } from 'vitest';
import { VirtualTerminal } from '../testing/virtual-terminal.ts';
import { createFrameDiff } from './frame-diff.ts';

const COLUMNS = 40;
const ROWS = 8;

/** A terminal that gets only the differences. */
function diffed(): { show: (lines: readonly string[]) => Promise<string>; terminal: VirtualTerminal } {
  const terminal = new VirtualTerminal({ columns: COLUMNS, rows: ROWS });
  const diff = createFrameDiff();
  return {
    terminal,
    async show(lines) {
      const update = diff.update(lines, COLUMNS);
      if (update !== '') terminal.write(update);
      await terminal.drawn();
      return update;
    },
  };
}

/** What the terminal shows, cell by cell, with its rendition. */
function cells(terminal: VirtualTerminal): string[] {
  const { active } = terminal.emulator.buffer;
  return Array.from({ length: ROWS * COLUMNS }, (_, index) => {
    const cell = active.getLine(active.baseY + Math.floor(index / COLUMNS))?.getCell(index % COLUMNS);
    if (!cell) return '';
    const look = [cell.isBold(), cell.isDim(), cell.isInverse(), cell.getFgColorMode(), cell.getFgColor()].join(',');
    return `${cell.getChars() || ' '} ${look}`;
  });
}

const STYLES = ['1', '2', '7', '36', '31', '38;5;208', '22', '39', '27', '0'];
const TEXTS = ['plain words', 'x', '│', '❯ ', '   ', '漢字', 'e\u0301', '● ready', '12 345', '╭──╮', 'עברית', '🇫🇷', 'क्षत्रिय   '];

function randomLine(next: (below: number) => number): string {
  let line = '';
  let room = COLUMNS;
  for (let piece = next(7); piece > 0; piece--) {
    const text = TEXTS[next(TEXTS.length)] as string;
    if ((room -= textWidth(text)) < 0) break;
    line += `\u001b[${STYLES[next(STYLES.length)]}m${text}`;
  }
  return line === '' ? '' : `${line}\u001b[0m`;
}

test('a thousand random frames, sent as differences, look as if each were drawn whole', async () => {
  let seed = 11;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const one = diffed();
  let lines = Array.from({ length: ROWS }, () => randomLine(next));
  for (let frame = 0; frame < 1_000; frame++) {
    lines = lines.map((line) => (next(3) === 0 ? randomLine(next) : line));
    await one.show(lines);
    if (frame % 10 !== 0) continue;
    const whole = diffed();
    await whole.show(lines);
    expect(cells(one.terminal)).toEqual(cells(whole.terminal));
    whole.terminal.emulator.dispose();
  }
  one.terminal.emulator.dispose();
});

test('a pointer that moves one row costs a few bytes, whatever stands beside it', async () => {
  const row = (at: number, selected: boolean): string =>
    `│${selected ? '\u001b[1m\u001b[36m❯ \u001b[39m\u001b[22m' : '  '}account-${at}  \u001b[32m● ready\u001b[39m      │`;
  const { show, terminal } = diffed();
  await show([row(0, true), row(1, false)]);
  expect((await show([row(0, false), row(1, true)])).length).toBeLessThan(40);
  expect(await show([row(0, false), row(1, true)])).toBe('');
  expect(terminal.line(1)).toContain('❯ account-1');
});

test('a line that got shorter is erased to its end', async () => {
  const { show, terminal } = diffed();
  await show(['a long line of words', 'below']);
  await show(['a', 'below']);
  expect(terminal.line(0)).toBe('a');
  expect(terminal.line(1)).toBe('below');
});

test('a line wider than the terminal is cut, and moves nothing below it', async () => {
  const { show, terminal } = diffed();
  await show(['x'.repeat(COLUMNS + 5), 'below']);
  expect(terminal.line(1)).toBe('below');
});

test('a last column that was drawn is never erased again', async () => {
  const { show } = diffed();
  const full = (text: string): string => `│${text}${' '.repeat(COLUMNS - 2 - textWidth(text))}│`;
  await show([full('漢字'), full('plain')]);
  const update = await show([full('words'), full('clean')]);
  expect(update).toContain('│');
  expect(update).not.toContain('\u001b[K');
  expect((await show(['short', full('clean')])).endsWith('\u001b[K')).toBe(true);
});

test('what follows letters of unsteady width stands in its column, whatever the terminal makes of them', async () => {
  const { show, terminal } = diffed();
  await show(['plain', `│ ${drawable('क्षत्रिय')}  │`, '│ 漢字 │']);
  const edge = terminal.line(1).indexOf('│', 1);
  const afterName = terminal.raw.split('क्षत्रिय')[1] ?? '';
  expect(afterName.slice(1)).toMatch(/^\[\d+G│/);
  expect(textWidth(terminal.line(1).slice(0, edge))).toBeLessThanOrEqual(2 + textWidth(drawable('क्षत्रिय')) + 2);
  // The room behind it is stepped over, also where it is bold.
  const bold = await show(['plain', `│ \u001b[1m${drawable('क्षत्रिय')}  \u001b[22m│`, '│ 漢字 │']);
  expect(bold.split('क्षत्रिय')[1]).toMatch(/^.\[m.\[\d+G│/);
  // Where it is seen, it is drawn before the word.
  const inverse = await show(['plain', `\u001b[7mx ${drawable('क्षत्रिय')}  y\u001b[27m`, '│ 漢字 │']);
  expect(inverse).toMatch(/x .*\[7m {8,}.\[m.\[3G.\[7mक्षत्रिय.\[m.\[\d+G.\[7my/);
  // A terminal that draws it narrower shows nothing old in the room that is left.
  await show(['plain', 'xxxxxxxxxxxxxxxxxxxxxxxxx', '│ 漢字 │']);
  const update = await show(['plain', `│ ${drawable('क्षत्रिय')}  │`, '│ 漢字 │']);
  expect(update.startsWith('\u001b[2H\u001b[K')).toBe(true);
});
