import type { Account, Prompt, Tally, Task, Token } from '@muster/api';
import type { AccountRecord, EvidenceFile, PromptRecord, Tally as StoreTally, TaskRecord } from '@muster/core';
import type { TokenRecord } from '../tokens/token-record.ts';
import type { DeepReadonly } from './handler.ts';

/** Field by field: what is not named here, such as sealed secrets, never leaves. */
export const accountView = (account: AccountRecord): DeepReadonly<Account> => ({
  id: account.id,
  plugin: account.plugin,
  label: account.label,
  state: account.state,
  status: account.status,
  why: account.why,
  rank: account.rank,
  order: account.order,
  dueAt: account.dueAt,
  holder: account.lease?.holder ?? null,
  fence: account.fence,
  usedAt: account.usedAt,
  uses: account.uses,
  tries: account.tries,
  priority: account.priority,
  tags: account.tags,
  data: account.data,
  secretFields: Object.keys(account.secrets),
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
});

export const taskView = (task: TaskRecord, evidence: readonly EvidenceFile[] = []): DeepReadonly<Task> => ({
  id: task.id,
  job: task.job,
  account: task.account,
  label: task.label,
  state: task.state,
  notBefore: task.notBefore,
  attempt: task.attempt,
  error: task.error,
  output: task.output,
  startedAt: task.startedAt,
  endedAt: task.endedAt,
  evidence: evidence.map((file) => ({
    ...file,
    // Ids and names of files need no escape.
    url: `/v1/jobs/${task.job}/tasks/${task.id}/evidence/${file.name}`,
  })),
});

/** `more`: what only some who ask are told. */
export const promptView = (prompt: PromptRecord, more: Pick<Prompt, 'imagePath' | 'link'> = {}): Prompt => ({
  id: prompt.id,
  kind: prompt.kind,
  title: prompt.title,
  plugin: prompt.plugin,
  job: prompt.job,
  task: prompt.task,
  account: prompt.account,
  label: prompt.label,
  text: prompt.text,
  hasImage: prompt.image !== null,
  createdAt: prompt.createdAt,
  expiresAt: prompt.expiresAt,
  ...more,
});

export const tokenView = (token: TokenRecord): DeepReadonly<Token> => ({
  id: token.id,
  name: token.name,
  scopes: token.scopes,
  sessions: token.sessions ?? null,
  maxSessions: token.maxSessions ?? null,
  createdAt: token.createdAt,
  expiresAt: token.expiresAt,
  lastUsedAt: token.lastUsedAt,
});

export const tallyView = (tally: readonly StoreTally[]): Tally =>
  tally.map(({ key: [plugin, state], count }) => ({
    plugin: String(plugin),
    state: state as Account['state'],
    count,
  }));
