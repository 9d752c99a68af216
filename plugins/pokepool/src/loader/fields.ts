/** What a file says of one account. A field that the file does not have is not there. */
export interface AccountFields {
  provider?: Provider;
  username: string;
  password?: string;
  level?: number;
  email?: string;
  model?: string;
  ios?: string;
  deviceId?: string;
}

const PROVIDERS = ['ptc', 'google'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** `ptc` or `google` in any case. */
export function providerOf(text: string): Provider | undefined {
  if (text.length === 3) return text.toLowerCase() === 'ptc' ? 'ptc' : undefined;
  return text.length === 6 && text.toLowerCase() === 'google' ? 'google' : undefined;
}

export const COLUMNS = ['provider', 'username', 'password', 'level', 'email', 'model', 'ios', 'deviceId'] as const;
export type Column = (typeof COLUMNS)[number];

// Spellings in use, without case, spaces and punctuation.
const SPELLINGS: Readonly<Record<Column, readonly string[]>> = {
  provider: ['provider', 'auth', 'authservice', 'authprovider', 'logintype', 'accounttype', 'service'],
  username: ['username', 'user', 'login', 'loginname', 'account', 'accountname', 'accountusername', 'ptcusername', 'ptcuser'],
  password: ['password', 'pass', 'passwd', 'pwd', 'pw', 'accountpassword', 'ptcpassword', 'ptcpass'],
  level: ['level', 'lvl', 'lv', 'accountlevel', 'trainerlevel', 'playerlevel'],
  email: ['email', 'mail', 'emailaddress', 'mailaddress'],
  model: ['model', 'devicemodel', 'phonemodel'],
  ios: ['ios', 'iosversion', 'deviceios'],
  deviceId: ['id', 'deviceid', 'device'],
};
const BY_SPELLING = new Map(COLUMNS.flatMap((column) => SPELLINGS[column].map((spelling) => [spelling, column] as const)));

/** The field that a column name, a label or a key stands for. */
export const columnOf = (name: string): Column | undefined =>
  name.length > 40 ? undefined : BY_SPELLING.get(name.toLowerCase().replace(/[^a-z0-9]/g, ''));

/** Whole numbers from 0 to 100, as a column may hold them. */
export function levelOf(text: string): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const level = Number(text);
  return level <= 100 ? level : undefined;
}
