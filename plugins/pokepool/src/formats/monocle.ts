import { csvField } from './csv.ts';
import type { FileFormat } from './file-account.ts';

/** Monocle's accounts.csv (`accounts.example.csv` of Noctem/Monocle): device columns kept, LF, RFC 4180 quotes. */
export const monocle: FileFormat = {
  head: 'username,password,provider,model,iOS,id\n',
  line: ({ username, password, provider, model, ios, deviceId }) =>
    `${[username, password, provider, model, ios, deviceId].map(csvField).join(',')}\n`,
  unfit: () => undefined,
};
