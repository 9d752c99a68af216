import type { AccountRecord } from './account-record.ts';
import type { AccountDraft } from './account-draft.ts';

/** An account as it begins: ready, never used. */
export const newRecord = (
  draft: AccountDraft,
  own: Pick<AccountRecord, 'id' | 'plugin' | 'order' | 'secrets' | 'createdAt'> & Partial<Pick<AccountRecord, 'tags'>>,
): AccountRecord => ({
  id: own.id,
  plugin: own.plugin,
  order: own.order,
  secrets: own.secrets,
  createdAt: own.createdAt,
  key: draft.key,
  key2: draft.key2,
  label: draft.label,
  state: 'ready',
  status: null,
  why: null,
  rank: draft.rank,
  dueAt: null,
  lease: null,
  pending: null,
  fence: 0,
  usedAt: 0,
  uses: 0,
  windowStart: 0,
  windowUses: 0,
  tries: 0,
  priority: 1,
  tags: own.tags ?? [],
  data: draft.plain,
  updatedAt: own.createdAt,
});
