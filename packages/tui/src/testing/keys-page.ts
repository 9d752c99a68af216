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
    facts: { colors: false, ascii: false, glyphsAsked: true, depth: 0 },
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
