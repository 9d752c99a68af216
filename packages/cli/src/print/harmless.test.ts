import { expect, test } from 'vitest';
import { harmless } from './harmless.ts';
import { createOutput } from './output.ts';

test('whatever a line is made of, only bold and colours reach a terminal', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY: true, columns: 80 };
  const out = createOutput({ stdout: stream, stderr: stream, json: false, quiet: false, color: true });
  out.line(`${out.paint('red', 'bad')} \u001b[2J\u009b31m\u202e`);
  out.note('a\u0007b');
  expect(written).toEqual(['\u001b[31mbad\u001b[39m �[2J�31m�\n', 'a�b\n']);
  expect(harmless('a\r\nb\tc\rd\u001b]0;t\u0007')).toBe('a\r\nb\tc�d�]0;t�');
});
