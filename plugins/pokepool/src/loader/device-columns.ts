import { providerOf, type AccountFields } from './fields.ts';
import { splitQuoted } from './quoted.ts';

/**
 * A row of Monocle's file without its header: six columns with the provider third (`accounts.example.csv`) or first (its
 * older order). Undefined for any other line.
 */
export function readDeviceColumns(text: string): AccountFields | undefined {
  if (!/\b(?:ptc|google)\b/i.test(text)) return undefined;
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
