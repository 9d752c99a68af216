import type { SQLInputValue } from 'node:sqlite';
import type { Statements } from './statements.ts';

/** Rows a statement: half the cost of one by one; more gain nothing. */
const AT_ONCE = 20;

/** Puts rows into a table, many with one statement. One that fails leaves those of the statements before it. */
export const createRowInserter = (statements: Statements, table: string, columns: readonly string[]) => {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const one = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${row}`;
  const many = one + `, ${row}`.repeat(AT_ONCE - 1);
  return (rows: Iterable<readonly SQLInputValue[]>): void => {
    let values: SQLInputValue[] = [];
    for (const each of rows) {
      for (const value of each) values.push(value);
      if (values.length < columns.length * AT_ONCE) continue;
      statements.run(many, ...values);
      values = [];
    }
    for (let at = 0; at < values.length; at += columns.length) statements.run(one, ...values.slice(at, at + columns.length));
  };
};
