import { MusterError } from '@muster/sdk';
import type { Operation, Patch, Query } from '../ports/store.ts';

const MOST_ID_CHARACTERS = 256;

const refuse = (message: string): never => {
  throw new MusterError('BAD_INPUT', message);
};

const checkId = (id: unknown): void => {
  if (typeof id !== 'string' || id === '') refuse('A document needs an id: a text that is not empty.');
  else if (id.length > MOST_ID_CHARACTERS || !id.isWellFormed())
    refuse(`An id is well-formed text of at most ${MOST_ID_CHARACTERS} characters.`);
};

export const checkPatch = (patch: Patch): void => {
  if ('id' in (patch.set ?? {}) || 'id' in (patch.add ?? {})) refuse('The id of a document cannot be changed.');
  for (const [field, by] of Object.entries(patch.add ?? {}))
    if (!Number.isFinite(by)) refuse(`Cannot add ${String(by)} to "${field}": it is not a finite number.`);
};

/** Errors: BAD_INPUT for what no store could keep. Whether it fits the documents that are there is the store's to say. */
export const checkOperation = (operation: Operation): void => {
  if ('insert' in operation) {
    if (typeof operation.document !== 'object' || operation.document === null || Array.isArray(operation.document))
      refuse('A document is a JSON object.');
    checkId(operation.document.id);
  } else if ('update' in operation) checkPatch(operation.patch);
};

export const checkQuery = (query: Query): void => {
  for (const [name, value] of Object.entries({ limit: query.limit, offset: query.offset }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      refuse(`The ${name} of a query is a whole number from 0.`);
};
