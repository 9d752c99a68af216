import { MusterError, type HttpContext, type KnownSession } from '@muster/sdk';
import { accountOf } from '../account-of.ts';
import { ClientId, OpenInput, Phone, type Account, type Config } from '../schemas.ts';
import { answer, answered, bodyOf, refusal } from './answers.ts';

type Context = HttpContext<Config, Account>;

const shown = (clientId: string, session: KnownSession | undefined) => ({
  clientId,
  isReady: session?.state === 'ready',
  hasQR: session?.challenge?.kind === 'qr',
  exists: session !== undefined,
});

/** Open sessions by their short names, as far as the caller reaches. */
async function openOnes({
  sessions,
  accounts,
}: Context): Promise<{ readonly clientId: string; readonly session: KnownSession }[]> {
  const found = await Promise.all(
    sessions.list().map(async (session) => ({ session, clientId: (await accounts.get(session.account))?.data.clientId })),
  );
  return found.flatMap(({ session, clientId }) => (clientId === undefined ? [] : [{ session, clientId }]));
}

async function sessionOf(context: Context, clientId: string): Promise<KnownSession | undefined> {
  const account = await accountOf(context.accounts, clientId);
  return account && context.sessions.get(account.id);
}

export const create = (request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const body = await bodyOf(request);
    if (!body) return refusal(400, 'The body must be JSON: {"clientId": "shop-1"}');
    if (body['clientId'] === undefined || body['clientId'] === '') return refusal(400, 'clientId is required');
    const clientId = ClientId.safeParse(body['clientId']);
    if (!clientId.success) return refusal(400, 'clientId: letters, digits, _ and - only, at most 64');
    const given = (body['config'] ?? {}) as Readonly<Record<string, unknown>>;
    const link = OpenInput.safeParse({ link: given['link'] ?? 'qr' });
    if (!link.success) return refusal(400, 'config.link: qr or code');
    const known = await accountOf(context.accounts, clientId.data);
    const account = known ?? (await addAccount(context, clientId.data, given));
    try {
      await context.sessions.open(account.id, link.data);
    } catch (error) {
      // Not left behind where the caller may not open it, or no more may be open.
      if (!known) await context.accounts.remove(account.id).catch(() => undefined);
      throw error;
    }
    return answer({ clientId: clientId.data, message: 'the session is being opened' });
  });

function addAccount(context: Context, clientId: string, { phone, name }: Readonly<Record<string, unknown>>) {
  const number = phone === undefined ? undefined : Phone.safeParse(typeof phone === 'number' ? `${phone}` : phone);
  if (number?.success === false)
    throw new MusterError('BAD_INPUT', 'config.phone: a number with its country code, as 966500000001');
  return context.accounts.add({ clientId, ...(number && { phone: number.data }), ...(typeof name === 'string' && { name }) });
}

export const list = (_request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const sessions = (await openOnes(context)).map(({ clientId, session }) => shown(clientId, session));
    return answer({ count: sessions.length, sessions });
  });

export const stats = (_request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const open = await openOnes(context);
    return answer({
      totalClients: open.length,
      readyClients: open.filter(({ session }) => session.state === 'ready').length,
      clientIds: open.map(({ clientId }) => clientId),
    });
  });

export const status = (_request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const clientId = context.params['clientId'] ?? '';
    const session = await sessionOf(context, clientId);
    const { state = 'closed', status: word = null, why = null } = session ?? {};
    return answer({ ...shown(clientId, session), state, status: word, why });
  });

export const qr = (_request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const clientId = context.params['clientId'] ?? '';
    const challenge = (await sessionOf(context, clientId))?.challenge;
    if (challenge?.kind !== 'qr') return refusal(404, `There is no QR code of ${clientId} now`);
    return answer({ clientId, qr: challenge.text, expiresAt: challenge.expiresAt });
  });

export const destroy = (_request: Request, context: Context): Promise<Response> =>
  answered(async () => {
    const clientId = context.params['clientId'] ?? '';
    const session = await sessionOf(context, clientId);
    if (!session) return refusal(404, `There is no session ${clientId}`);
    await context.sessions.close(session.account);
    return answer({ clientId, message: 'the session is closed; its login is kept' });
  });
