import { MusterError } from '@muster/sdk';

/** Did the store refuse because a document was not as the transaction expected it? */
export const refused = (error: unknown): boolean => error instanceof MusterError && error.code === 'STORE_CONFLICT';
