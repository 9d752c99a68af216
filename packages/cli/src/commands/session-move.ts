import type { Prompt } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { askSecret } from '../ask/secret.ts';
import { readStdin } from '../ask/stdin.ts';
import type { Context } from '../context.ts';
import { readActionCall } from '../run/action-call.ts';
import { waitForJob } from '../run/wait-for-job.ts';

/** What a plugin calls its actions for this; each takes `file`, and may ask for a passphrase. */
const ACTIONS = { export: 'export-session', import: 'import-session' } as const;

export interface Move {
  readonly way: keyof typeof ACTIONS;
  readonly account: string;
  readonly file: string;
  readonly replace?: boolean;
}

/**
 * Runs the plugin's own action on one account, and answers its question from the terminal or stdin. CONFLICT while the
 * session is open; NOT_FOUND where the plugin has no such action.
 */
export async function moveSession(context: Context, { way, account, file, replace = false }: Move): Promise<void> {
  const client = await context.client();
  const { id, plugin, label } = await client.call('getAccount', { params: { id: account } });
  const action = ACTIONS[way];
  const known = (await client.call('listPlugins')).find((one) => one.id === plugin);
  if (!known?.actions.some(({ name, scope }) => name === action && scope === 'account')) {
    throw new MusterError('NOT_FOUND', `The plugin ${plugin} cannot ${way} sessions: it has no action ${action}.`);
  }
  const { sessions } = await client.call('listSessions', { query: { plugin } });
  // The job would wait for the account as long as the session holds it.
  if (sessions.some((row) => row.account === id && row.open && !row.parked)) {
    throw new MusterError(
      'CONFLICT',
      `The session of ${safeText(label)} is open; \`muster sessions close ${safeText(label)}\` first.`,
    );
  }
  const words = [`${plugin}.${action}`, '--account', id, `--file=${file}`, ...(replace ? ['--replace'] : [])];
  const call = await readActionCall(context, words, { verb: 'muster run', own: (command) => command });
  const { input, selection } = call;
  const body = { input, ...(selection && { selection }) };
  const job = await client.call('runAction', { params: { plugin, action }, body });
  // Stdin has one answer; asked again, it would be waited for without end.
  let piped: Promise<string> | undefined;
  const answer = (prompt: Prompt): Promise<string> =>
    context.interactive ? typed(prompt, way) : (piped ??= readStdin()).then((text) => given(prompt, text));
  return waitForJob(context, client, job.id, { attended: false, answer });
}

function given({ title }: Prompt, text: string): string {
  if (text !== '') return text;
  throw new MusterError('PROMPT_UNATTENDED', `${safeText(title)} is asked for: type it on a terminal, or give it on stdin.`);
}

/** A new one is typed twice: nobody can open the file with another. */
async function typed(prompt: Prompt, way: Move['way']): Promise<string> {
  const ask = (question: string): Promise<string> => askSecret(question, process.stdin, process.stderr);
  const text = given(prompt, await ask(prompt.title));
  if (way === 'export' && (await ask('The same again')) !== text) {
    throw new MusterError('BAD_INPUT', 'The two are not the same; nothing was written.');
  }
  return text;
}
