import { readFile } from 'node:fs/promises';

interface Rewriting {
  readonly done: number;
  readonly total: number;
}

/** What a host that was started in the background prints while it writes its store anew; a line of JSON. */
export const rewritingLine = ({ done, total }: Rewriting): string => `${JSON.stringify({ rewriting: { done, total } })}\n`;

/** The last such line of a file. */
export async function readRewriting(path: string): Promise<Rewriting | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, done, total] = [...text.matchAll(/^\{"rewriting":\{"done":(\d+),"total":(\d+)\}\}$/gm)].at(-1) ?? [];
  return done === undefined ? undefined : { done: Number(done), total: Number(total) };
}

export const rewritingText = ({ done, total }: Rewriting): string =>
  `the store is being rewritten for this version (${done.toLocaleString('en')} of ${total.toLocaleString('en')}) …`;
