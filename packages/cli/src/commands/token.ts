import { parseMoment, type Scope, type Token } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import type { Column } from '../print/table.ts';
import { moment } from '../print/words.ts';
import { parseCount } from '../run/windows.ts';

const SCOPES: readonly Scope[] = ['read', 'operate', 'secrets', 'admin'];

const expiry = (text: string): number => {
  const at = parseMoment(text, Date.now());
  if (at === undefined || at <= Date.now()) throw new InvalidArgumentError('It takes 12h, 30d or a date to come.');
  return at;
};

const names = (text: string): readonly string[] => {
  const list = text.split(',').map((name) => name.trim());
  if (list.includes('')) throw new InvalidArgumentError('It takes labels or ids with commas between them: ann,ben.');
  return list;
};

const COLUMNS: readonly Column<Token>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'NAME', value: ({ name }) => name, flexible: true },
  { title: 'SCOPES', value: ({ scopes }) => scopes.join(' ') },
  { title: 'SESSIONS', value: ({ sessions }) => sessions?.join(' ') ?? '', flexible: true, spare: 2 },
  { title: 'AT MOST', value: ({ maxSessions }) => maxSessions ?? '', align: 'right', spare: 1 },
  { title: 'MADE', value: ({ createdAt }) => moment(createdAt) },
  { title: 'EXPIRES', value: ({ expiresAt }) => (expiresAt === null ? 'never' : moment(expiresAt)) },
  { title: 'USED', value: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : moment(lastUsedAt)) },
];

interface CreateFlags {
  readonly scope: readonly Scope[];
  readonly expires?: number;
  readonly sessions?: readonly string[];
  readonly maxSessions?: number;
}

async function create(context: Context, name: string, flags: CreateFlags): Promise<void> {
  const { scope, expires = null, sessions = null, maxSessions = null } = flags;
  const client = await context.client();
  const limits = { expiresAt: expires, sessions: sessions && [...sessions], maxSessions };
  const { token, info } = await client.call('createToken', { body: { name, scopes: [...scope], ...limits } });
  context.out.document({ token, info });
  context.out.line(token);
  context.out.note('muster: this is shown once; keep it in a file with mode 600.');
}

async function revoke(context: Context, reference: string): Promise<void> {
  const client = await context.client();
  const tokens = await client.call('listTokens');
  const found = tokens.filter(({ id, name }) => id === reference || name === reference);
  const [token] = found;
  if (token === undefined)
    throw new MusterError('NOT_FOUND', `There is no token "${reference}"; \`muster token list\` shows them.`);
  if (found.length > 1) throw new MusterError('CONFLICT', `Several tokens are called "${reference}"; name one by its id.`);
  await client.call('revokeToken', { params: { id: token.id } });
  context.out.document({ revoked: token.id });
  context.out.line(`The token ${safeText(token.name)} (${token.id}) no longer works.`);
}

export function register(program: Command, context: Context): void {
  const token = program.command('token').description('Bearer tokens for HTTP over TCP (muster serve --tcp).');
  token
    .command('create')
    .description('A new token; prints its text, this once.')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(SCOPES).default(['read']))
    .addOption(new Option('--expires <time>', 'ends then: 12h, 30d, 2027-01-01').argParser(expiry))
    .addOption(
      new Option('--sessions <accounts>', 'it reaches these sessions and nothing else: labels or ids, with commas').argParser(
        names,
      ),
    )
    .addOption(new Option('--max-sessions <n>', 'it may have so many sessions open').argParser(parseCount(1, 1_000)))
    .action((name: string, flags: CreateFlags) => create(context, name, flags));
  token
    .command('list')
    .description('Tokens, without their text.')
    .action(async () => {
      const tokens = await (await context.client()).call('listTokens');
      context.out.document({ tokens });
      context.out.table(COLUMNS, tokens);
    });
  token
    .command('revoke')
    .description('Ends a token at once.')
    .argument('<token>', 'id or name')
    .action((reference: string) => revoke(context, reference));
}
