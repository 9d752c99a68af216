import type { Client } from '@muster/api';
import type { ScreenId } from './state/navigation.ts';
import type { PreparedTerminal } from './terminal/prepare-terminal.ts';

export interface RunScreenOptions {
  readonly client: Client;
  readonly version: string;
  readonly directory: string;
  readonly initialScreen?: ScreenId;
  /** Asked for by the operator: ends the host in order. */
  readonly stopHost: () => Promise<void>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Given when the terminal was taken before this module was loaded, as it should be. */
  readonly terminal?: PreparedTerminal;
}
