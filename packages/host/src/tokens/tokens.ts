import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@muster/api';
import type { Clock, Events, Random, Store } from '@muster/core';
import { MusterError, toMusterError } from '@muster/sdk';
import { LOCAL, type Caller } from '../http/caller.ts';
import { TOKENS, type TokenRecord } from './token-record.ts';

/** `lastUsedAt` is exact to this, so that a busy client costs no write a request. */
const NOTED_EVERY_MS = 60_000;
const TEXT = /^muster_([0-9a-z]{1,32})_([\w-]{43})$/;

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
  /** Default: not limited to any. */
  readonly sessions?: readonly string[] | null;
  readonly maxSessions?: number | null;
}

export interface Tokens {
  list(): Promise<TokenRecord[]>;
  /** The text is given this once. CONFLICT when the name is taken, BAD_INPUT when the end lies in the past. */
  create(token: NewToken, actor: string): Promise<{ readonly text: string; readonly record: TokenRecord }>;
  revoke(id: string, actor: string): Promise<void>;
  /** UNAUTHORIZED when it is unknown, wrong, revoked or expired: which of these is not said. */
  authenticate(text: string): Promise<Caller>;
}

const limitText = ({ sessions, maxSessions }: TokenRecord): string =>
  (sessions ? ` with the sessions ${sessions.join(', ')}` : '') + (maxSessions ? ` and at most ${maxSessions} sessions` : '');

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export function createTokens(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
}): Tokens {
  const { store, clock, random, events } = deps;
  const nobody = hashOf('nobody');

  const noteUse = (record: TokenRecord): void => {
    const now = clock.now();
    if (record.lastUsedAt !== null && now - record.lastUsedAt < NOTED_EVERY_MS) return;
    const change = { update: TOKENS.name, id: record.id, patch: { set: { lastUsedAt: now } } };
    // Only a note: a token that was revoked meanwhile, or a full disk, must not fail the request.
    store.commit([change]).catch(() => undefined);
  };

  return {
    list: () => store.list<TokenRecord>(TOKENS.name, { sort: { by: 'createdAt' } }),

    async create({ name, scopes, expiresAt, sessions = null, maxSessions = null }, actor) {
      if (name === LOCAL.actor) throw new MusterError('CONFLICT', `"${name}" means whoever uses the socket. Take another name.`);
      if (expiresAt !== null && expiresAt <= clock.now()) {
        throw new MusterError('BAD_INPUT', 'expiresAt: the token would have ended already. Give a time to come.');
      }
      const beyond = scopes.filter((scope) => scope !== 'read' && scope !== 'operate');
      if ((sessions ?? maxSessions) !== null && beyond.length > 0) {
        throw new MusterError(
          'BAD_INPUT',
          `scopes: a token that is limited to sessions may read and operate, not ${beyond.join(', ')}.`,
        );
      }
      const secret = Buffer.from(random.bytes(32)).toString('base64url');
      const record: TokenRecord = {
        id: random.id(),
        name,
        scopes: [...new Set(scopes)],
        sessions: sessions && [...new Set(sessions)],
        maxSessions,
        hash: hashOf(secret).toString('hex'),
        createdAt: clock.now(),
        expiresAt,
        lastUsedAt: null,
      };
      try {
        await store.commit([{ insert: TOKENS.name, document: record }]);
      } catch (thrown) {
        if (toMusterError(thrown).code !== 'STORE_CONFLICT') throw thrown;
        throw new MusterError('CONFLICT', `There is a token "${name}" already. Revoke it first, or take another name.`, {
          cause: thrown,
        });
      }
      await events.record({
        level: 'audit',
        type: 'token.created',
        message: `Token "${name}" may ${record.scopes.join(', ')}${limitText(record)}`,
        actor,
        fields: { token: record.id },
      });
      return { text: `muster_${record.id}_${secret}`, record };
    },

    async revoke(id, actor) {
      const record = await store.get<TokenRecord>(TOKENS.name, id);
      if (!record) throw new MusterError('NOT_FOUND', `There is no token ${id}.`);
      await store.commit([{ delete: TOKENS.name, id }]);
      await events.record({
        level: 'audit',
        type: 'token.revoked',
        message: `Token "${record.name}" was ended`,
        actor,
        fields: { token: id },
      });
    },

    async authenticate(text) {
      const [, id = '', secret = ''] = TEXT.exec(text) ?? [];
      const record = id === '' ? undefined : await store.get<TokenRecord>(TOKENS.name, id);
      const known = timingSafeEqual(hashOf(secret), record ? Buffer.from(record.hash, 'hex') : nobody);
      const expired = typeof record?.expiresAt === 'number' && record.expiresAt <= clock.now();
      if (!record || !known || expired) {
        throw new MusterError('UNAUTHORIZED', 'The token is not known, or it has ended. See `muster token list`.');
      }
      noteUse(record);
      const { name: actor, sessions = null, maxSessions = null } = record;
      const limited = (sessions ?? maxSessions) !== null;
      return { actor, scopes: new Set(record.scopes), ...(limited && { reach: { accounts: sessions, most: maxSessions } }) };
    },
  };
}
