import { expect, test } from 'vitest';
import { openQrScreen, qrLines } from './qr-screen.ts';

/** As long as what WhatsApp shows. */
const CODE = `2@${'kJ8sPq3+/Zw='.repeat(19)},${'x'.repeat(6)}`;
const page = { text: CODE, caption: 'ann: scan with the phone, 59s left', otherWays: ['  muster sessions pair ann'] };
const look = { color: true, ascii: false };

test('a code is drawn whole with its caption where it fits', () => {
  const lines = qrLines(page, { columns: 70, rows: 40 }, look);
  expect(lines).toHaveLength(33 + 2);
  expect(lines[10]).toContain('▀');
  expect(lines.at(-1)).toBe('ann: scan with the phone, 59s left');
});

test('where it does not fit, nothing of it is drawn: it says what is needed and what else can be done', () => {
  for (const rows of [24, 32]) {
    const text = qrLines(page, { columns: 80, rows }, look).join('\n');
    expect(text).not.toContain('▀');
    expect(text).toContain(`needs 61 by 33, and has 80 by ${rows}`);
    expect(text).toContain('muster sessions pair ann');
  }
  expect(qrLines(page, { columns: 61, rows: 33 }, look).join('\n')).toContain('▀');
});

test('a code to type, and what comes from outside, is one safe line', () => {
  const lines = qrLines({ text: '', caption: 'ann: type\u001b[2J K7QF\n2M9X', otherWays: [] }, { columns: 80, rows: 24 }, look);
  expect(lines).toEqual(['ann: type\ufffd[2J K7QF 2M9X']);
});

test('the terminal is given back as it was, once, and takes nothing after that', () => {
  const written: string[] = [];
  const screen = openQrScreen({ columns: 70, rows: 40, write: (text) => written.push(text) }, look);
  screen.show(page);
  screen.close();
  screen.close();
  screen.redraw();
  expect(written).toHaveLength(3);
  expect(written[0]).toContain('\u001b[?1049h');
  expect(written[2]).toBe('\u001b[?25h\u001b[?1049l');
});
