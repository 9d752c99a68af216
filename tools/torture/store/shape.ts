import type { CollectionDefinition, Document } from '@muster/core';

/** What the torture tests keep: enough indexes that every part of the store takes part. */
export const PAIRS: CollectionDefinition = {
  name: 'pairs',
  indexes: { turn: { partition: ['writer'], order: ['value'] }, name: { partition: [], order: ['key'] } },
  unique: ['key'],
  tallies: [['writer']],
  // Kept in two tables by a store that can, with indexes that lag.
  hot: { fields: ['value'], near: 'writer' },
};

export interface Half extends Document {
  readonly key: string;
  readonly writer: number;
  /** The number of the last change; the two halves of a pair change in one transaction and so are always equal. */
  readonly value: number;
}

export const PAIRS_EACH = 8;

export const halves = (writer: number, pair: number): readonly [string, string] => [`w${writer}p${pair}a`, `w${writer}p${pair}b`];

export const allHalves = (writers: number): Half[] =>
  Array.from({ length: writers * PAIRS_EACH }, (_, at) =>
    halves(Math.floor(at / PAIRS_EACH), at % PAIRS_EACH).map((id) => ({
      id,
      key: id,
      writer: Math.floor(at / PAIRS_EACH),
      value: 0,
    })),
  ).flat();

export type Kind = 'lowdb' | 'sqlite';
