import { MusterError, toMusterError } from '@muster/sdk';
import type { DatabaseSync } from 'node:sqlite';
import type { Operation } from '../../ports/store.ts';
import { changesOf } from '../changes.ts';
import { count, select, tallyOf } from '../select.ts';
import { createTables } from '../tables.ts';
import { createCounts } from './counts.ts';
import { isFull, openDatabase, translate, type DatabaseOptions } from './database.ts';
import { JsonText, type CallName, type Calls, type Failure, type Reply, type Request } from './protocol.ts';
import { createSqlTable, storedDefinitions } from './schema.ts';
import { Lagging } from './split-table.ts';
import { createStatements } from './statements.ts';

export const failureOf = (error: unknown): Failure => {
  const { code, message, details } = toMusterError(error);
  return { code, message, details };
};

const MOST_PROBLEMS = 20;

/** One open database and what can be asked of it. */
const connect = (options: DatabaseOptions) => {
  const database: DatabaseSync = openDatabase(options);
  const statements = createStatements(database);
  const tables = createTables(storedDefinitions(statements), (definition) =>
    createSqlTable({
      definition,
      statements,
      counts: createCounts(statements, definition.name),
      keepsDocuments: options.role === 'writer',
      writes: options.role === 'writer',
    }),
  );
  const each = tables.names().map(tables.table);

  const damagedDocuments = (): string[] => {
    const problems: string[] = [];
    for (const table of each) {
      let documents = 0;
      try {
        for (const _ of table.documents()) documents += 1;
        if (documents !== table.size) problems.push(`${table.name}: ${documents} documents where ${table.size} were counted`);
        problems.push(...table.faults());
      } catch (error) {
        if (error instanceof Lagging) throw error;
        problems.push((translate(options.directory, error) as Error).message);
      }
    }
    return problems;
  };

  const calls: { [K in CallName]: (...values: Parameters<Calls[K]>) => ReturnType<Calls[K]> | JsonText } = {
    get: (collection, id) => tables.table(collection).find(id),
    list: (collection, query) => select(tables.table(collection), query),
    count: (collection, where) => count(tables.table(collection), where),
    tally: (collection, fields, where) => tallyOf(tables.table(collection), fields, where),
    piece: (collection, behind, limit) => tables.table(collection).piece(behind, limit),
    sizes: () => Object.fromEntries(each.map((table) => [table.name, table.size])),
    check() {
      const lines = statements.all(`PRAGMA integrity_check(${MOST_PROBLEMS})`).map((row) => String(row['integrity_check']));
      return [...lines.filter((line) => line !== 'ok'), ...damagedDocuments()];
    },
    backup: (file) => statements.run('VACUUM INTO ?', file),
    commit: (operations) => changesOf(tables.apply(JSON.parse(operations) as Operation[]).changed),
    claim(collection, query, patch) {
      const { documents, changed } = tables.claim(collection, query, patch);
      const texts = documents.map(tables.table(collection).textOf);
      return new JsonText(`{"documents":[${texts.join(',')}],"changes":${JSON.stringify(changesOf(changed))}}`);
    },
  };
  return { database, calls, tables: each };
};

/** Answers requests. All writes of a batch are one transaction of SQLite; answers are given once it is durable. */
export const createServer = (options: DatabaseOptions) => {
  const open = (): ReturnType<typeof connect> => {
    try {
      return connect(options);
    } catch (error) {
      throw translate(options.directory, error);
    }
  };
  let connection = open();
  let isSound = true;

  const answer = ({ number, call, values }: Request): Reply => {
    try {
      const value = (connection.calls[call] as (...given: readonly unknown[]) => unknown)(...values);
      if (value instanceof JsonText) return { number, json: value.text };
      return { number, json: value === undefined ? undefined : JSON.stringify(value) };
    } catch (error) {
      if (error instanceof Lagging) return { number, lagging: true };
      if (error instanceof MusterError) return { number, failure: failureOf(error) };
      throw error;
    }
  };

  const inTransaction = (requests: readonly Request[]): Reply[] => {
    const { database, tables } = connection;
    database.exec(options.role === 'writer' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    const replies = requests.map(answer);
    for (const table of tables) {
      if (options.role === 'writer') table.settle();
      table.counts.flush();
    }
    database.exec('COMMIT');
    for (const table of tables) table.forgetDocuments();
    return replies;
  };

  /**
   * After an error of the disk the log is read anew from it: what SQLite holds in memory may be more than is there. Folding the log
   * into the file gives its space back, which is what a full disk needs; where even that does not fit, the next write will tell.
   */
  const reconnect = (): void => {
    connection.database.close();
    connection = open();
    isSound = true;
    if (options.role === 'reader') return;
    try {
      connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  };

  const attempt = (requests: readonly Request[]): Reply[] => {
    if (!isSound) reconnect();
    isSound = false;
    const alone = requests.filter(({ call }) => call === 'backup');
    const together = requests.filter(({ call }) => call !== 'backup');
    const replies = [...alone.map(answer), ...(together.length > 0 ? inTransaction(together) : [])];
    isSound = true;
    return replies;
  };

  return {
    handle(requests: readonly Request[]): Reply[] {
      try {
        return attempt(requests);
      } catch (error) {
        const failure = failureOf(translate(options.directory, error));
        return requests.map(({ number }) => ({ number, failure }));
      }
    },
    close(): void {
      connection.database.close();
    },
  };
};
