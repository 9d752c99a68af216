import type { Account as Known, Json, ServiceContext } from '@muster/sdk';
import { BehaviorSubject } from 'rxjs';
import { Account, Config } from '../schemas.ts';
import open, { type K2ThinkService } from '../service.ts';
import { createTestRotation, type TestRotation } from './test-rotation.ts';

export const TOKEN = 'mst_a-token-of-the-tests';

export interface TestService extends AsyncDisposable {
  readonly service: K2ThinkService;
  readonly rotation: TestRotation;
  readonly events: { readonly type: string; readonly message: string; readonly fields?: Readonly<Record<string, Json>> }[];
  configure(change: Readonly<Record<string, unknown>>): void;
  /** Time passes as it really does, and by so much at once. */
  turn(ms: number): void;
  /** Opens the gateway on any free port. */
  listen(): Promise<string>;
}

export const keyAccounts = (count: number): Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, index) => ({ name: `key-${index + 1}`, apiKey: `IFM-${index + 1}` }));

export const signIns = (count: number): Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'sign-in',
    name: `person-${index + 1}@example.test`,
    password: `pass:${index + 1} ü`,
    consent: 'of the tests',
  }));

/** An account as the host would hand it over. */
export function knownAccount(row: Readonly<Record<string, unknown>>, index: number): Known<Account> {
  const { apiKey, password, ...data } = Account.parse(row);
  return {
    id: `acc-${index + 1}`,
    label: data.name,
    status: null,
    data,
    secret: async (field) => ({ apiKey, password })[field],
  };
}

/** The plugin's service over accounts of a test; only the rotation is not the host's. */
export async function openTestService(
  rows: readonly Readonly<Record<string, unknown>>[],
  config: Readonly<Record<string, unknown>>,
): Promise<TestService> {
  const config$ = new BehaviorSubject(Config.parse({ gatewayPort: 0, ...config }));
  const controller = new AbortController();
  const events: { type: string; message: string; fields?: Readonly<Record<string, Json>> }[] = [];
  let rotation: TestRotation | undefined;
  let turned = 0;
  const now = (): number => Date.now() + turned;
  const context: Partial<ServiceContext<Config, Account>> = {
    config: () => config$.value,
    config$,
    signal: controller.signal,
    fetch,
    now,
    random: () => Math.random(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        });
      }),
    event: (event) => void events.push(event),
    authorize: async (token) => (token === TOKEN ? { actor: 'tests' } : undefined),
    openRotation: async (settings) => (rotation = createTestRotation(rows.map(knownAccount), settings, now)),
  };
  const service = await open(context as ServiceContext<Config, Account>);
  if (!rotation) throw new Error('the service opened no rotation');
  return {
    service,
    rotation,
    events,
    turn(ms) {
      turned += ms;
      rotation?.wake();
    },
    configure: (change) => config$.next(Config.parse({ ...config$.value, ...change })),
    listen: async () => (await service.listen('settings', 0)).url,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await service.close();
    },
  };
}
