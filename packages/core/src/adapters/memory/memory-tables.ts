import type { CollectionDefinition } from '../../ports/store.ts';
import { createTables, type Tables } from '../tables.ts';
import { createMemoryTable, type MemoryTable } from './table.ts';

export type MemoryTables = Tables<MemoryTable>;

export const createMemoryTables = (definitions: readonly CollectionDefinition[]): MemoryTables =>
  createTables(definitions, createMemoryTable);
