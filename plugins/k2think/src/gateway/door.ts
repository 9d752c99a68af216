import type { IncomingMessage } from 'node:http';
import type { GatewayError } from './answer-error.ts';

/** A token that was taken back works for so long at most. */
const REMEMBERED_MS = 5_000;
const MAX_REMEMBERED = 1_000;
const LOCAL = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

const isLocal = (origin: string): boolean => LOCAL.test(origin.replace(/^https?:\/\//, ''));

/** Who may come in: by a local name, with a token of the host that may operate. */
export interface Door {
  /** Headers for the browser of a local page, which may read the answers; undefined for other callers. */
  pageHeaders(request: IncomingMessage): Readonly<Record<string, string>> | undefined;
  /** Undefined when the caller may come in. */
  refuse(request: IncomingMessage): GatewayError | undefined | Promise<GatewayError | undefined>;
}

const NO_TOKEN: GatewayError = {
  status: 401,
  code: 'invalid_api_key',
  message: 'A token of the host is needed as API key: `muster token create <name> --scope operate` makes one.',
};

export function createDoor(deps: {
  readonly authorize: (token: string) => Promise<{ readonly actor: string } | undefined>;
  readonly now: () => number;
}): Door {
  const { authorize, now } = deps;
  const known = new Map<string, number>();

  const ask = async (header: string): Promise<GatewayError | undefined> => {
    const token = /^Bearer (\S+)$/i.exec(header)?.[1];
    const caller = token === undefined ? undefined : await authorize(token);
    if (!caller) return NO_TOKEN;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(header, now() + REMEMBERED_MS);
    return undefined;
  };
  return {
    pageHeaders({ headers: { origin } }) {
      if (origin === undefined || !isLocal(origin)) return undefined;
      return {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': '*',
        vary: 'Origin',
      };
    },
    refuse({ headers }) {
      // A page of the web whose name was made to point here would come with that name.
      if (!LOCAL.test(headers.host ?? ''))
        return { status: 421, code: 'WRONG_HOST', message: 'The gateway answers to 127.0.0.1 and localhost only.' };
      const { origin } = headers;
      if (origin !== undefined && !isLocal(origin))
        return { status: 403, code: 'FORBIDDEN', message: 'Pages of other sites may not call the gateway.' };
      const header = headers.authorization ?? '';
      if (header === '') return NO_TOKEN;
      const until = known.get(header);
      if (until !== undefined && until > now()) return undefined;
      known.delete(header);
      return ask(header);
    },
  };
}
