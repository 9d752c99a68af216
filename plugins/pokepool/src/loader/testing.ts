import type { SingleImportEntry } from '@muster/sdk';
import { load, type LoadOptions } from './load.ts';
import { singly } from './singly.ts';

/** All that the loader says of a file, for tests. `pieces` cuts the bytes, to show that cuts make no difference. */
export async function readEntries(
  content: string | Uint8Array,
  options: LoadOptions & { readonly pieceBytes?: number } = {},
): Promise<SingleImportEntry[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const size = options.pieceBytes ?? Math.max(1, bytes.length);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const entries: SingleImportEntry[] = [];
  for await (const entry of singly(load({ name: 'test', bytes: pieces() }, options, new AbortController().signal)))
    entries.push(entry);
  return entries;
}

/** The accounts and refusals of a text, one short line each: `user|password`, then what else is known; `!line reason`. */
export async function summary(
  content: string | Uint8Array,
  options?: LoadOptions & { readonly pieceBytes?: number },
): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await readEntries(content, options)) {
    if (entry.kind === 'rejected') lines.push(`!${entry.line} ${entry.reason}`);
    if (entry.kind !== 'account') continue;
    const { provider, username, password, ...rest } = entry.data;
    const more = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
    lines.push([...(provider === 'ptc' ? [] : [provider]), username, password ?? '-', ...more].join('|'));
  }
  return lines;
}
