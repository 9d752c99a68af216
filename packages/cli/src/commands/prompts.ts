import { spawn } from 'node:child_process';
import { watch, type Client, type Prompt } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import type { Command } from 'commander';
import { readStdin } from '../ask/stdin.ts';
import type { Context } from '../context.ts';
import type { Column } from '../print/table.ts';
import { duration, plural } from '../print/words.ts';

/** What may be handed to a program. A captcha asks whether a person is there, so it never is. */
const FOR_PROGRAMS: ReadonlySet<Prompt['kind']> = new Set(['otp', 'text', 'confirm']);
/** What an operator's program may print as its answer. */
const ANSWER_AT_MOST = 10_000;

const COLUMNS: readonly Column<Prompt>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'FOR', value: ({ label }) => label, flexible: true },
  { title: 'QUESTION', value: ({ title }) => title, flexible: true },
  { title: 'LEFT', value: ({ expiresAt }) => duration(Math.max(0, expiresAt - Date.now())), align: 'right' },
  { title: 'LINK', value: ({ link }) => link ?? '', spare: 1 },
  { title: 'PICTURE', value: ({ imagePath }) => imagePath ?? '', spare: 2 },
];

async function list(context: Context): Promise<void> {
  const client = await context.client();
  const prompts = await client.call('listPrompts');
  context.out.document({ prompts });
  context.out.table(COLUMNS, prompts);
  if (prompts.length === 0) context.out.note('Nothing waits for you.');
}

async function answer(context: Context, id: string, words: readonly string[]): Promise<void> {
  if (words.length === 0 && context.interactive) context.out.note('The answer, then Ctrl-D:');
  const text = words.length > 0 ? words.join(' ') : await readStdin();
  if (text === '') throw new MusterError('BAD_INPUT', 'The answer is empty; give it as an argument or on stdin.');
  const client = await context.client();
  await client.call('answerPrompt', { params: { id }, body: { text } });
  context.out.document({ answered: id });
  context.out.line('Answered.');
}

/** Gives a question to the operator's program: JSON on its stdin, the answer is its stdout. Undefined when it declines. */
function ask(command: string, prompt: Prompt, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], signal });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.length > ANSWER_AT_MOST) child.kill();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const text = said.trim();
      resolve(code === 0 && text !== '' && said.length <= ANSWER_AT_MOST ? text : undefined);
    });
    // A program that does not read its input closes the pipe early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(prompt)}\n`);
  });
}

async function handOver(context: Context, client: Client, prompt: Prompt, command: string): Promise<void> {
  const { out, signal } = context;
  const text = await ask(command, prompt, signal);
  if (text === undefined) {
    out.warn(`muster: ${safeText(prompt.title)}: the program gave no answer; the question keeps waiting.`);
    return;
  }
  await client.call('answerPrompt', { params: { id: prompt.id }, body: { text } });
  out.document({ answered: prompt.id });
  out.line(`Answered ${prompt.kind} for ${safeText(prompt.label)}.`);
}

async function follow(context: Context, { exec }: { readonly exec?: string }): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const seen = new Set<string>();
  const take = (prompts: readonly Prompt[]): void => {
    for (const prompt of prompts) {
      if (seen.has(prompt.id)) continue;
      seen.add(prompt.id);
      if (exec !== undefined && FOR_PROGRAMS.has(prompt.kind)) {
        handOver(context, client, prompt, exec).catch((thrown: unknown) => out.warn(`muster: ${safeText(String(thrown))}`));
        continue;
      }
      out.document(prompt);
      const where = [prompt.link, prompt.imagePath].flatMap((each) => (each === undefined ? [] : [safeText(each)]));
      out.line([prompt.id, prompt.kind, safeText(prompt.label), safeText(prompt.title), ...where].join('\t'));
    }
  };
  out.note('muster: watching for questions; Ctrl-C ends.');
  await new Promise<void>((resolve, reject) => {
    const list = (): void => {
      client.call('listPrompts').then(take, () => undefined);
    };
    const subscription = watch(client, { topics: ['prompts'] }).subscribe({
      next: (message) => {
        if (message.kind === 'up' || message.kind === 'lagged') list();
        // The list has what a message to every watcher has not: the links.
        else if (message.kind === 'prompts') list();
        else if (message.kind === 'down') out.note(`muster: the host is away (${message.reason}); trying again.`);
      },
      error: reject,
    });
    signal.addEventListener('abort', () => (subscription.unsubscribe(), resolve()), { once: true });
  });
  out.note(`muster: ${plural(seen.size, 'question')} seen.`);
}

export function register(program: Command, context: Context): void {
  const prompts = program.command('prompts').description('Questions that wait for a person.');
  prompts
    .command('list')
    .description('What waits, the nearest deadline first.')
    .action(() => list(context));
  prompts
    .command('answer')
    .description('Answers a question, with the text given or with stdin.')
    .argument('<id>')
    .argument('[text...]')
    .action((id: string, words: string[]) => answer(context, id, words));
  prompts
    .command('watch')
    .description('Prints each new question, or hands it to a program.')
    .option(
      '--exec <command>',
      'for one-time codes and questions: gets the question as JSON on stdin, prints the answer; a captcha is never handed over',
    )
    .action((flags: { readonly exec?: string }) => follow(context, flags));
}
