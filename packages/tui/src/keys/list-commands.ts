import type { Command } from './command.ts';

export interface ListMotion {
  readonly move: (rows: number) => void;
  /** To the first or the last row. */
  readonly moveTo: (index: number) => void;
  readonly pageRows: () => number;
}

/** The motions that every list has. */
export const listCommands = (id: string, list: ListMotion): Command[] => [
  { id: `${id}.down`, keys: ['down', 'j'], title: 'next row', group: 'Move', run: () => list.move(1) },
  { id: `${id}.up`, keys: ['up', 'k'], title: 'previous row', group: 'Move', run: () => list.move(-1) },
  { id: `${id}.page-down`, keys: ['pgdn'], title: 'page down', group: 'Move', run: () => list.move(list.pageRows()) },
  { id: `${id}.page-up`, keys: ['pgup'], title: 'page up', group: 'Move', run: () => list.move(-list.pageRows()) },
  { id: `${id}.first`, keys: ['home', 'g'], title: 'first row', group: 'Move', run: () => list.moveTo(0) },
  { id: `${id}.last`, keys: ['end', 'G'], title: 'last row', group: 'Move', run: () => list.moveTo(Number.MAX_SAFE_INTEGER) },
];
