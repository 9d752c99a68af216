import type { IBufferCell, Terminal } from '@xterm/headless';

/** Letters of 14 in DejaVu Sans Mono are that wide; rows so high that lines down are whole. */
const CELL = { width: 8.43, height: 16, font: 14, base: 12.5 };
const PAD = 12;
const FOREGROUND = '#c0caf5';
const BACKGROUND = '#1a1b26';
const PALETTE = [
  '#15161e', '#f7768e', '#9ece6a', '#e0af68', '#7aa2f7', '#bb9af7', '#7dcfff', '#a9b1d6',
  '#414868', '#f7768e', '#9ece6a', '#e0af68', '#7aa2f7', '#bb9af7', '#7dcfff', '#c0caf5',
]; // prettier-ignore

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A colour of the 256 that terminals share. */
function indexed(index: number): string {
  if (index < 16) return PALETTE[index] ?? FOREGROUND;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10, 2).repeat(3)}`;
  const level = (value: number): string => hex(value === 0 ? 0 : 55 + value * 40, 2);
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

interface Style {
  readonly foreground: string;
  readonly background: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

function styleOf(cell: IBufferCell): Style {
  const color = (isDefault: boolean, isRgb: boolean, value: number, fallback: string): string =>
    isDefault ? fallback : isRgb ? `#${hex(value, 6)}` : indexed(value);
  const front = color(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), FOREGROUND);
  const back = color(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), BACKGROUND);
  const inverse = cell.isInverse() !== 0;
  return {
    foreground: inverse ? back : front,
    background: inverse ? front : back,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
  };
}

interface Run extends Style {
  readonly x: number;
  readonly text: string;
  readonly cells: number;
}

/** Neighbouring cells that look alike. */
function runsOf(terminal: Terminal, row: number): Run[] {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row);
  const runs: { x: number; text: string; cells: number; style: Style; key: string }[] = [];
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line?.getCell(x);
    if (!cell) break;
    const style = styleOf(cell);
    const key = JSON.stringify(style);
    const text = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last?.key === key) {
      last.text += text;
      last.cells++;
    } else runs.push({ x, text, cells: 1, style, key });
  }
  return runs.map(({ x, text, cells, style }) => Object.assign({ x, text, cells }, style));
}

function drawRun({ x, text, cells, foreground, background, bold, dim }: Run, row: number): string {
  const left = (x * CELL.width).toFixed(1);
  const width = (cells * CELL.width).toFixed(1);
  const box =
    background === BACKGROUND
      ? ''
      : `<rect shape-rendering="crispEdges" x="${left}" y="${row * CELL.height}" width="${width}" height="${CELL.height}" fill="${background}"/>`;
  if (text.trim() === '') return box;
  const weight = bold ? ' font-weight="bold"' : '';
  const faint = dim ? ' opacity=".6"' : '';
  const words = `<text x="${left}" y="${row * CELL.height + CELL.base}" fill="${foreground}"${weight}${faint} textLength="${width}" xml:space="preserve">${escape(text)}</text>`;
  return box + words;
}

/** A terminal's screen as a picture whose text stays text. */
export function toSvg(terminal: Terminal): string {
  const width = terminal.cols * CELL.width + 2 * PAD;
  const height = terminal.rows * CELL.height + 2 * PAD;
  const rows = Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(terminal, row)
      .map((run) => drawRun(run, row))
      .join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(1)} ${height}" width="${width.toFixed(1)}" height="${height}"`,
    ` font-family="'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="${CELL.font}">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/><g transform="translate(${PAD},${PAD})">\n`,
    rows.join('\n'),
    '\n</g></svg>\n',
  ].join('');
}
