import { safeText } from '@muster/sdk';
import { createQr, createTheme, qrRows } from '@muster/sdk/ui';
import { wrapText } from './wrap.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const TO_END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';
/** Under the code: what it is, and how long it counts. */
const CAPTION_ROWS = 2;

export interface QrPage {
  /** What the camera reads; empty for none. */
  readonly text: string;
  /** Below the code, one line. */
  readonly caption: string;
  /** What else can be done, where the code does not fit. */
  readonly otherWays: readonly string[];
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The lines of a page: the code with its caption, or why it is not drawn and what can be done instead. */
export function qrLines(
  { text, caption, otherWays }: QrPage,
  { columns, rows }: TerminalSize,
  { color, ascii }: { readonly color: boolean; readonly ascii: boolean },
): string[] {
  const cut = (line: string): string => safeText(line, Math.max(1, columns - 1));
  if (text === '') return [cut(caption)];
  const theme = createTheme({ colors: color, ascii, depth: color ? 8 : 0 });
  const qr = createQr(text, theme);
  const quiet = qr.quietIn(columns, rows - CAPTION_ROWS);
  if (quiet !== undefined) return [...qrRows(qr, quiet, { theme }), '', cut(caption)];
  const needed = qr.size();
  const why = `This terminal is too small for the QR code: it needs ${needed.columns} by ${needed.rows + CAPTION_ROWS}, and has ${columns} by ${rows}.`;
  const sentences = [
    why,
    'Enlarge the window or make its letters smaller: the code is drawn by itself. Or:',
    ...otherWays,
    '',
    caption,
  ];
  return sentences.flatMap((sentence) => wrapText(safeText(sentence), columns));
}

export interface QrScreen {
  show(page: QrPage): void;
  /** Anew after the terminal changed its size. */
  redraw(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** Draws on the terminal's other screen, so that nothing of a code that counts no more stays behind. */
export function openQrScreen(
  stdout: { write(text: string): unknown; readonly columns?: number; readonly rows?: number },
  look: { readonly color: boolean; readonly ascii: boolean },
): QrScreen {
  let page: QrPage | undefined;
  let closed = false;
  const draw = (): void => {
    if (!page || closed) return;
    const size = { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 };
    const lines = qrLines(page, size, look).slice(0, size.rows);
    stdout.write(HOME + lines.map((line) => line + TO_END_OF_LINE).join('\r\n') + BELOW);
  };
  stdout.write(ENTER);
  return {
    show(next) {
      page = next;
      draw();
    },
    redraw: draw,
    close() {
      if (!closed) stdout.write(LEAVE);
      closed = true;
    },
  };
}
