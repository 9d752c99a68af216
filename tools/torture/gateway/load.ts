import { Pool } from 'undici';

export interface LoadOptions {
  /** `http://127.0.0.1:<port>/v1` */
  readonly url: string;
  readonly token: string;
  readonly clients: number;
  readonly forMs: number;
  /** While the gateway is away, clients come again until it is back. */
  readonly patient?: boolean;
}

export interface LoadReport {
  readonly answered: number;
  /** By status and code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Times that nobody was at the door. */
  readonly away: number;
  /** Of the answers, by `x-muster-account-id`. */
  readonly byAccount: ReadonlyMap<string, number>;
}

const BODY = JSON.stringify({ model: 'MBZUAI-IFM/K2-Think-v2', messages: [{ role: 'user', content: 'Say hello.' }] });
const AWAY_MS = 20;

/** So many clients, each with one request at a time, for so long. */
export async function load({ url, token, clients, forMs, patient = false }: LoadOptions): Promise<LoadReport> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const until = performance.now() + forMs;
  const failures: Record<string, number> = {};
  const byAccount = new Map<string, number>();
  let answered = 0;
  let away = 0;

  const once = async (): Promise<void> => {
    const { statusCode, headers, body } = await pool.request({
      path: `${pathname}/chat/completions`,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: BODY,
    });
    const text = await body.text();
    const account = headers['x-muster-account-id'];
    if (statusCode === 200) {
      answered += 1;
      if (typeof account === 'string') byAccount.set(account, (byAccount.get(account) ?? 0) + 1);
      return;
    }
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: string } };
    const name = `${statusCode} ${error?.code ?? ''}`;
    failures[name] = (failures[name] ?? 0) + 1;
  };
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      try {
        await once();
      } catch (thrown) {
        if (!patient) throw thrown;
        away += 1;
        await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    await pool.close();
  }
  return { answered, failures, away, byAccount };
}
