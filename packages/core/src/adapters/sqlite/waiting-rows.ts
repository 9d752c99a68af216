import type { SQLInputValue } from 'node:sqlite';
import type { Scalar } from '../../query/filter.ts';
import { toColumn } from './columns.ts';

/** Rows of an ordered index that are still to be put into it, field by field: an object for each would take twice the room. */
export const createWaitingRows = (fields: number) => {
  const columns = Array.from({ length: fields }, (): Scalar[] => []);
  const ids: string[] = [];
  const seqs: number[] = [];

  const compare = (left: number, right: number): number => {
    for (const column of columns) {
      const one = column[left] as string | number;
      const other = column[right] as string | number;
      if (one !== other) return one < other ? -1 : 1;
    }
    return 0;
  };
  return {
    get size() {
      return ids.length;
    },
    add(values: readonly Scalar[], id: string, seq: number): void {
      for (let at = 0; at < fields; at += 1) columns[at]?.push(values[at] as Scalar);
      ids.push(id);
      seqs.push(seq);
    },
    /** All of them as the index has them: the fields, id and seq; nearly as it orders them, which is what makes them cheap to put in. */
    *inOrder(): Generator<readonly SQLInputValue[]> {
      const order = Uint32Array.from({ length: ids.length }, (_, at) => at);
      order.sort(compare);
      for (const at of order) {
        const row: SQLInputValue[] = columns.map((column) => toColumn(column[at] as Scalar));
        row.push(ids[at] as string, seqs[at] as number);
        yield row;
      }
    },
    clear(): void {
      for (const list of [...columns, ids, seqs]) list.length = 0;
    },
  };
};

export type WaitingRows = ReturnType<typeof createWaitingRows>;
