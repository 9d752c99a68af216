import type { Importer } from '@muster/sdk';
import { readAccounts } from './legacy/read-accounts.ts';
import type { ImportOptions } from './schemas.ts';

const load: Importer<ImportOptions> = readAccounts;

export default load;
