import type { Scope } from '@muster/api';
import type { CollectionDefinition } from '@muster/core';

/** A bearer token as it is stored: not its text, which nobody can get back. Times are milliseconds since the epoch. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Ids or labels of the accounts whose sessions it reaches, and nothing else; absent or null: not limited. */
  readonly sessions?: readonly string[] | null;
  /** Sessions that it may have open at once. */
  readonly maxSessions?: number | null;
  /** SHA-256 of the secret part, in hex. The secret is 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export const TOKENS: CollectionDefinition = {
  name: 'tokens',
  indexes: { created: { partition: [], order: ['createdAt'] } },
  unique: ['name'],
};
