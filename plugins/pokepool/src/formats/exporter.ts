import { MusterError, type Exporter } from '@muster/sdk';
import { fileAccount, type FileFormat } from './file-account.ts';

/** An exporter that writes `format`. Refuses what the format cannot hold, rather than write something else. */
export const exporterOf = (format: FileFormat, name: string): Exporter =>
  async function* (accounts) {
    if (format.head !== '') yield format.head;
    for await (const { label, data } of accounts) {
      const account = fileAccount(data);
      const reason = format.unfit(account);
      if (reason)
        throw new MusterError('BAD_INPUT', `${label} cannot be written as ${name}: ${reason}. Export as monocle instead.`);
      yield format.line(account);
    }
  };
