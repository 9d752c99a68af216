import { create, edit, get, list, remove } from './http/accounts.ts';
import { createBls, progress, retryFailed, summary } from './http/registrations.ts';

export default { create, createBls, retryFailed, progress, summary, list, listSlash: list, get, edit, remove };
