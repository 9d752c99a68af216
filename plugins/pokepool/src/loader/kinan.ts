import type { AccountFields } from './fields.ts';
import type { LabelledAccount } from './labelled.ts';

/**
 * A line of KinanCity's result file: `user;password;email;birth date;country;OK;`, or `…;ERROR;CODE` for one that was
 * never made. Birth date and country are personal and not kept. Undefined for any other line.
 */
export function readKinanResult(line: string): LabelledAccount | undefined {
  if (!line.includes(';OK') && !line.includes(';ERROR')) return undefined;
  const parts = line.split(';');
  const [username = '', password = '', email = '', birth = '', , status] = parts;
  if (parts.length < 6 || !/^\d{4}-\d{1,2}-\d{1,2}$/.test(birth.trim())) return undefined;
  if (status?.trim() === 'ERROR') return { reason: 'kinan-error' };
  if (status?.trim() !== 'OK') return undefined;
  if (/\s/.test(password.trim())) return { reason: 'whitespace-in-password' };
  const fields: AccountFields = { username: username.trim(), password: password.trim() };
  return { fields: email.trim() === '' ? fields : { ...fields, email: email.trim() } };
}
