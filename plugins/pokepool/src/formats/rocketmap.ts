import type { FileFormat } from './file-account.ts';

/**
 * RocketMap's `-ac` file: `ptc,user,pass`, LF. Its reader (`pogom/utils.py`) cuts at every comma, strips blanks and knows no
 * quotes, so a password with a comma in it would stop it.
 */
export const rocketmap: FileFormat = {
  head: '',
  line: ({ provider, username, password }) => `${provider},${username},${password}\n`,
  unfit({ username, password }) {
    for (const value of [username, password]) {
      if (value.includes(',')) return 'a comma in it cannot be written for RocketMap, which knows no quotes';
      if (/[\r\n]/.test(value) || value.trim() !== value) return 'white space in it cannot be written for RocketMap';
    }
    return undefined;
  },
};
