import { createInterface } from 'node:readline/promises';
import { MusterError, safeText } from '@muster/sdk';
import { wrapText } from '../print/wrap.ts';

/** One line from the terminal. ABORTED when it is closed or interrupted. */
export async function askLine(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  terminal.once('SIGINT', () => closed.abort());
  try {
    return (await terminal.question(safeText(question), { signal: AbortSignal.any([signal, closed.signal]) })).trim();
  } catch (cause) {
    throw new MusterError('ABORTED', 'Stopped at the question; nothing more was changed.', { cause });
  } finally {
    terminal.close();
  }
}

/** What cannot be undone is confirmed by typing `word`, never by Enter alone. */
export async function confirmByTyping(what: string, word: string, signal: AbortSignal): Promise<void> {
  const width = process.stderr.columns ?? 80;
  for (const line of wrapText(safeText(what), width)) process.stderr.write(`${line}\n`);
  const answer = await askLine(`Type ${word} to go on: `, signal);
  if (answer !== word) throw new MusterError('ABORTED', 'Not confirmed; nothing was changed.');
}
