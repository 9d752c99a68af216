import bls from '@muster/plugin-bls';
import type { Simulator } from '@muster/sdk';

/** What the site counted of one applicant. */
export interface Applicant {
  readonly email: string;
  readonly registrations: number;
  readonly posts: number;
  readonly doublePosts: number;
  readonly codesSent: number;
  readonly loginChecks: number;
}

/** The simulator's site in this process: it outlives the hosts that are killed. */
export interface Site extends AsyncDisposable {
  readonly simulator: Simulator;
  applicants(): Promise<readonly Applicant[]>;
  turn(knobs: Readonly<Record<string, unknown>>): Promise<void>;
  /** The answer of somebody who looks at the captcha, or into the mailbox; undefined while there is nothing to be seen. */
  answer(prompt: { readonly kind: string; readonly label: string }): Promise<string | undefined>;
}

export async function openSite(knobs: Readonly<Record<string, unknown>> = {}): Promise<Site> {
  if (!bls.simulator) throw new Error('the plugin has no simulator');
  const simulator = await (await bls.simulator()).default({ knobs });
  const get = async <T>(path: string): Promise<T> => (await fetch(`${simulator.url}${path}`)).json() as Promise<T>;
  return {
    simulator,
    applicants: () => get('/__applicants'),
    async turn(changed) {
      const response = await fetch(`${simulator.url}/__knobs`, { method: 'PUT', body: JSON.stringify(changed) });
      if (!response.ok) throw new Error(await response.text());
    },
    async answer({ kind, label }) {
      const email = encodeURIComponent(label);
      if (kind === 'captcha') {
        const { tiles } = await get<{ tiles: number[] }>(`/__captcha?email=${email}`);
        return tiles.length > 0 ? tiles.join(' ') : undefined;
      }
      if (kind !== 'otp') return undefined;
      const [mail] = await get<{ code: string; subject: string }[]>(`/__mail?to=${email}`);
      return mail?.code;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}
