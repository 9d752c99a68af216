import { providerOf, type AccountFields } from './fields.ts';
import { splitQuoted } from './quoted.ts';

/**
 * A row of Monocle's file without its header: six columns with the provider third (`accounts.example.csv`) or first (its
 * older order). Undefined for any other line.
 */
export function readDeviceColumns(text: string): AccountFields | undefined {
  if (!hasFiveCommas(text) || !/\b(?:ptc|google)\b/i.test(text)) return undefined;
  const fields = splitQuoted(text, ',');
  if (typeof fields === 'string' || fields.length !== 6) return undefined;
  const [a = '', b = '', c = '', model = '', ios = '', deviceId = ''] = fields.map((field) => field.text);
  if (!/^(?:i(?:phone|pad|pod)[\w, ]*)?$/i.test(model) || !/^(?:\d[\d.]*)?$/.test(ios) || !/^[\w-]*$/.test(deviceId))
    return undefined;
  const third = providerOf(c);
  const first = providerOf(a);
  const [username, password, column] = third ? [a, b, 1] : [b, c, 2];
  const provider = third ?? first;
  if (!provider || username === '' || password === '' || /\s/.test(username)) return undefined;
  if (/\s/.test(password) && fields[column]?.quoted !== true) return undefined;
  return {
    provider,
    username,
    password,
    ...(model !== '' && { model }),
    ...(ios !== '' && { ios }),
    ...(deviceId !== '' && { deviceId }),
  };
}

/** Five at least: cheap to ask of every line of a long list. */
function hasFiveCommas(text: string): boolean {
  let at = -1;
  for (let count = 0; count < 5; count++) {
    at = text.indexOf(',', at + 1);
    if (at === -1) return false;
  }
  return true;
}
