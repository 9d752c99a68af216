import type { Findings } from './findings.ts';
import { createLineSplitter, type Line } from './lines.ts';
import { createListReader, type ListReader } from './list.ts';
import type { TextReader } from './text-reader.ts';

/** So many lines are looked at before the columns of a list are settled. */
const HEAD_LINES = 5_000;

export function createListText(findings: Findings): TextReader {
  const splitter = createLineSplitter();
  let head: Line[] = [];
  let reader: ListReader | undefined;

  const begin = (): ListReader => {
    const list = createListReader(head, findings);
    list.read(head);
    head = [];
    return list;
  };
  const read = (lines: Line[]): void => {
    if (reader) return reader.read(lines);
    head = head.concat(lines);
    if (head.length >= HEAD_LINES) reader = begin();
  };

  return {
    takesParts: true,
    push: (piece) => read(splitter.push(piece)),
    end() {
      read(splitter.end());
      reader ??= begin();
      reader.end();
    },
    format: () => findings.format(),
  };
}
