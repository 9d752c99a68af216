import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type SqlRow = Record<string, unknown>;

/** Prepared statements, kept for the next use. One that is being iterated is not handed out a second time. */
export const createStatements = (database: DatabaseSync) => {
  const idle = new Map<string, StatementSync[]>();
  const take = (sql: string): StatementSync => idle.get(sql)?.pop() ?? database.prepare(sql);
  const putBack = (sql: string, statement: StatementSync): void => {
    const list = idle.get(sql);
    if (list) list.push(statement);
    else idle.set(sql, [statement]);
  };
  const using = <T>(sql: string, work: (statement: StatementSync) => T): T => {
    const statement = take(sql);
    try {
      return work(statement);
    } finally {
      putBack(sql, statement);
    }
  };
  return {
    run: (sql: string, ...values: SQLInputValue[]): void => using(sql, (statement) => void statement.run(...values)),
    first: (sql: string, ...values: SQLInputValue[]): SqlRow | undefined => using(sql, (statement) => statement.get(...values)),
    all: (sql: string, ...values: SQLInputValue[]): SqlRow[] => using(sql, (statement) => statement.all(...values)),
    *each(sql: string, ...values: SQLInputValue[]): Generator<SqlRow> {
      const statement = take(sql);
      try {
        yield* statement.iterate(...values);
      } finally {
        putBack(sql, statement);
      }
    },
  };
};

export type Statements = ReturnType<typeof createStatements>;
