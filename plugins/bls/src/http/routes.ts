import type { HttpPart } from '@muster/sdk';
import { z } from 'zod';
import { ACCOUNT_STATUSES, BlsStatus } from '../schemas.ts';

const BASE = '/api/enhanced-bls/accounts';
const whole = (least: number, most: number, otherwise: number) => z.coerce.number().int().min(least).max(most).default(otherwise);

export const ListQuery = z.object({
  status: z.enum(ACCOUNT_STATUSES).optional().describe('Only these'),
  bls_status: BlsStatus.optional().describe('Only these'),
  search: z.string().max(200).optional().describe('A text in them'),
  page: whole(1, 1_000_000, 1).describe('From 1'),
  limit: whole(1, 1_000, 50).describe('Accounts of one page'),
  skip: z.coerce.number().int().min(0).optional().describe('In place of page: how many are passed over'),
});
export type ListQuery = z.output<typeof ListQuery>;

export const ProgressQuery = z.object({ limit: whole(0, 1_000, 1_000).describe('Accounts that are named one by one') });
export type ProgressQuery = z.output<typeof ProgressQuery>;

/** Read by the handlers themselves, who answer with the path of what is wrong. */
const Body = z.unknown();

const read = ['read'] as const;
const operate = ['operate'] as const;

/** The paths that scripts around the older system call. The fixed ones come before `{id}`. */
export const routes: HttpPart['routes'] = {
  create: { method: 'POST', path: `${BASE}/create`, summary: 'Add an applicant', scopes: operate, body: Body },
  createBls: {
    method: 'POST',
    path: `${BASE}/create-bls`,
    summary: 'Register applicants: starts a job and answers at once',
    scopes: operate,
    body: Body,
  },
  retryFailed: {
    method: 'POST',
    path: `${BASE}/retry-failed-bls`,
    summary: 'Register those that failed, all or some: starts a job and answers at once',
    scopes: operate,
    body: Body,
  },
  progress: {
    method: 'GET',
    path: `${BASE}/processing-status`,
    summary: 'How far the registrations are',
    scopes: read,
    query: ProgressQuery,
  },
  summary: { method: 'GET', path: `${BASE}/stats/summary`, summary: 'Accounts by status', scopes: read },
  list: { method: 'GET', path: BASE, summary: 'Accounts', scopes: read, query: ListQuery },
  listSlash: { method: 'GET', path: `${BASE}/`, summary: 'Accounts', scopes: read, query: ListQuery },
  get: { method: 'GET', path: `${BASE}/{id}`, summary: 'One account', scopes: read },
  edit: { method: 'PUT', path: `${BASE}/{id}`, summary: 'Change fields of an account', scopes: operate, body: Body },
  remove: { method: 'DELETE', path: `${BASE}/{id}`, summary: 'Delete an account', scopes: operate },
};
