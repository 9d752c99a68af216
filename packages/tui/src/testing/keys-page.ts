import { createTheme } from '@muster/sdk/ui';
import { createConsole } from '../console.tsx';
import { keysPage } from '../keys/keys-page.ts';
import { createFakeHost } from './fake-client.ts';

/** The page of keys, from a console that nobody sees. */
export function currentKeysPage(): string {
  const console = createConsole({
    client: createFakeHost().client,
    terminal: {
      size: { width: 120, height: 36 },
      backlog: () => 0,
      write: () => {},
      suspend: async () => {},
      redraw: async () => {},
    },
    theme: createTheme({ colors: false, ascii: false }),
    version: '',
    directory: '/data',
    initialScreen: 'home',
    stopHost: async () => {},
    leave: () => {},
  });
  try {
    return keysPage(console.screens, console.globals);
  } finally {
    console.close();
  }
}
