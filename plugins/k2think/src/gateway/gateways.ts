import { MusterError, type ServiceContext } from '@muster/sdk';
import type { GatewayServer } from './gateway-server.ts';

/** Within the host's own time for closing. */
const CLOSE_MS = 3_000;

/** Who keeps a gateway open: a job, by its id, or the settings. */
export type Holder = { readonly job: string } | 'settings';

/** The gateways of this host, one a port. */
export interface Gateways {
  /**
   * Opens one, or joins the one that is open there; `close` ends it with its last holder. A port takes one job, and the settings
   * beside it: CONFLICT for a second job, and where another program has the port.
   */
  open(port: number, holder: Holder): Promise<{ readonly url: string; close(): Promise<void> }>;
  urls(): readonly string[];
  close(): Promise<void>;
}

interface Open {
  readonly server: Promise<GatewayServer>;
  readonly holders: Holder[];
  /** 0 until it is known which one is free. */
  port: number;
  url?: string;
}

const jobOf = (holder: Holder): string | undefined => (holder === 'settings' ? undefined : holder.job);

function refuseSecondJob({ holders, port, url }: Open, holder: Holder): void {
  const [job, first] = [jobOf(holder), holders.map(jobOf).find((one) => one !== undefined)];
  // A job that is tried again finds itself.
  if (job === undefined || first === undefined || first === job) return;
  const message =
    `Job ${first} keeps the gateway open already, at ${url ?? `port ${port}`}: ` +
    `\`muster jobs cancel ${first}\` closes it, --port opens one more beside it.`;
  throw new MusterError('CONFLICT', message);
}

export function createGateways(deps: {
  readonly listen: (port: number) => Promise<GatewayServer>;
  readonly event: ServiceContext<never, never>['event'];
}): Gateways {
  const { listen, event } = deps;
  const opened = new Set<Open>();
  const closing = new Set<Promise<void>>();

  const end = (one: Open): Promise<void> => {
    opened.delete(one);
    const ended = one.server
      .then((server) => server.close(CLOSE_MS))
      .catch(() => undefined)
      .finally(() => closing.delete(ended));
    closing.add(ended);
    return ended;
  };
  return {
    async open(port, holder) {
      // Each that asks for any free port gets one of its own.
      const known = [...opened].find((each) => port !== 0 && each.port === port);
      if (known) refuseSecondJob(known, holder);
      const one: Open = known ?? { server: listen(port), holders: [], port };
      one.holders.push(holder);
      opened.add(one);
      let server: GatewayServer;
      try {
        server = await one.server;
      } catch (thrown) {
        opened.delete(one);
        throw thrown;
      }
      const { url } = server;
      one.url = url;
      one.port = Number(new URL(url).port);
      if (!known) event({ type: 'gateway.opened', level: 'info', message: `The gateway listens at ${url}` });
      let closed = false;
      return {
        url,
        async close() {
          if (closed) return;
          closed = true;
          one.holders.splice(one.holders.indexOf(holder), 1);
          if (one.holders.length > 0) {
            const why = one.holders.includes('settings') ? ': setting gatewayAtStart' : '';
            return event({ type: 'gateway.kept', level: 'info', message: `The gateway at ${url} stays open${why}` });
          }
          await end(one);
          event({ type: 'gateway.closed', level: 'info', message: `The gateway at ${url} is closed` });
        },
      };
    },
    urls: () => [...opened].flatMap(({ url }) => url ?? []),
    async close() {
      for (const one of opened) void end(one);
      await Promise.all(closing);
    },
  };
}
