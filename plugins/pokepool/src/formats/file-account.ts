/** An account as it goes into a file: text that is not there is empty. */
export interface FileAccount {
  readonly provider: string;
  readonly username: string;
  readonly password: string;
  readonly model: string;
  readonly ios: string;
  readonly deviceId: string;
}

/** How one kind of file is written. */
export interface FileFormat {
  /** Lines before the first account, ended; empty where the format has none. */
  readonly head: string;
  /** One account as a line, ended. */
  line(account: FileAccount): string;
  /** Why this format cannot hold these credentials so that its readers get them back; undefined when it can. */
  unfit(account: FileAccount): string | undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const fileAccount = (data: Readonly<Record<string, unknown>>): FileAccount => ({
  provider: text(data['provider']) || 'ptc',
  username: text(data['username']),
  password: text(data['password']),
  model: text(data['model']),
  ios: text(data['ios']),
  deviceId: text(data['deviceId']),
});
