import { readSaid } from '../wire/detail.ts';
import { retryAfterMs, type Headers } from '../wire/retry-after.ts';
import { classify } from '../wire/classify.ts';
import type { GatewayError } from './answer-error.ts';
import type { CallDependencies } from './call.ts';

const KEPT_MS = 300_000;
const OWN_MS = 30_000;

export interface Model {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

/** The models of the service, asked for once in a while. */
export interface Models {
  list(): Promise<readonly Model[] | GatewayError>;
}

function modelsIn(text: string): readonly Model[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const data = (value as { data?: unknown } | null)?.data;
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((each: Partial<Model> | null) =>
    typeof each?.id === 'string'
      ? [
          {
            id: each.id,
            object: 'model' as const,
            created: each.created ?? 0,
            owned_by: typeof each.owned_by === 'string' ? each.owned_by : 'k2think',
          },
        ]
      : [],
  );
}

export function createModels(deps: CallDependencies): Models {
  const { rotation, credentials, upstream, bases, config, now } = deps;
  let kept: { readonly at: number; readonly models: readonly Model[] } | undefined;
  let asking: Promise<readonly Model[] | GatewayError> | undefined;

  const ask = async (): Promise<readonly Model[] | GatewayError> => {
    const slot = await rotation.acquire({ maxWaitMs: Math.min(OWN_MS, config().maxWaitMs) });
    const { account } = slot;
    const base = bases[account.data.kind];
    try {
      const credential = await credentials.of(account);
      const answer = await new Promise<{ status: number; headers: Headers; text: string }>((resolve, reject) => {
        const pieces: Buffer[] = [];
        let status = 0;
        let headers: Headers = {};
        const listener = {
          left: () => undefined,
          head(code: number, given: Headers): void {
            slot.sent();
            status = code;
            headers = given;
          },
          data: (bytes: Buffer) => void pieces.push(bytes),
          end: () => resolve({ status, headers, text: Buffer.concat(pieces).toString('utf8') }),
          failed: ({ message }: { message: string }) => reject(new Error(message)),
        };
        const request = { authorization: credential.header, accept: 'application/json', 'user-agent': 'muster' };
        upstream.send({ to: base.models(), method: 'GET', headers: request, headMs: OWN_MS, idleMs: OWN_MS }, listener);
      });
      const { status, headers, text } = answer;
      const models = status === 200 ? modelsIn(text) : undefined;
      if (models) {
        credential.proven = true;
        slot.finish({ kind: 'used' });
        kept = { at: now(), models };
        return models;
      }
      const said = readSaid(text);
      const fault = classify(status, said);
      if (fault.kind === 'rate-limited') {
        const wait = retryAfterMs(headers, now()) ?? config().cooldownMs;
        slot.finish({ kind: 'rest', until: now() + wait, status: 'rate-limited', why: said.message });
        return { status: 429, code: 'RATE_LIMIT_EXCEEDED', message: said.message, accountId: account.id, retryAfterMs: wait };
      }
      if (fault.kind === 'unauthorized') credentials.drop(account, credential);
      slot.finish({ kind: 'used' });
      return { status: 502, code: 'SERVICE_ERROR', message: `The service gives no list of models (${status}): ${said.message}` };
    } catch (thrown) {
      slot.finish({ kind: 'unused' });
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      return { status: 502, code: 'SERVICE_ERROR', message: `The service gives no list of models: ${message}` };
    }
  };
  return {
    async list() {
      if (kept && now() - kept.at < KEPT_MS) return kept.models;
      asking ??= ask().finally(() => (asking = undefined));
      const answer = await asking;
      // An old list is better than none.
      return 'status' in answer && kept ? kept.models : answer;
    },
  };
}
