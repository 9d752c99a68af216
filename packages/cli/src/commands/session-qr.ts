import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ApiError, watch, type Client, type SessionChallenge, type SessionRow } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import type { Context } from '../context.ts';
import type { QrPage, QrScreen } from '../print/qr-screen.ts';
import { duration } from '../print/words.ts';

const TICK_MS = 1_000;

export interface QrFlags {
  /** A file that always holds the picture that counts. */
  readonly png?: string;
  readonly text?: boolean;
  /** Commander's name for `--no-wait`. */
  readonly wait?: boolean;
}

type Follow = { readonly client: Client; readonly account: string; readonly label: string };

/** Shows what is to be scanned or typed, each time anew, until the session is ready. PROMPT_EXPIRED when nobody did it. */
export async function followChallenge(context: Context, { client, account, label }: Follow, flags: QrFlags): Promise<void> {
  const { out, signal } = context;
  const onTerminal = out.tty && !out.json && flags.text !== true;
  const stop = new AbortController();
  const screen = onTerminal ? await openScreen(context) : undefined;
  const otherWays = onTerminal ? await waysOut(context, client, label, flags) : [];
  let shown: SessionChallenge | undefined;
  let shownAt = 0;
  const draw = (): void => {
    if (screen && shown) screen.show(pageOf(label, shown, otherWays));
  };
  const take = async (row: SessionRow): Promise<void> => {
    if (row.challenge === null) {
      if (shown !== undefined) shown = undefined;
      screen?.show({ ...WAITING, caption: `${label}: ${row.why ?? row.state}…` });
      return;
    }
    if (row.challenge.shownAt === shownAt) return;
    shownAt = row.challenge.shownAt;
    const challenge = await client.call('sessionChallenge', { params: { account } }, signal).catch(goneMeanwhile);
    if (!challenge) return;
    shown = challenge;
    if (flags.png !== undefined && challenge.kind === 'qr') await writePicture(context, client, account, flags.png);
    out.document({ challenge });
    if (!screen) out.line(safeText(challenge.text, 3_000));
    draw();
    if (flags.wait === false) stop.abort();
  };
  const ticking = setInterval(draw, TICK_MS);
  const onResize = (): void => screen?.redraw();
  process.stdout.on('resize', onResize);
  let row: SessionRow | undefined;
  try {
    row = await untilDone(client, account, { take, signal: AbortSignal.any([signal, stop.signal]) });
  } finally {
    clearInterval(ticking);
    process.stdout.off('resize', onResize);
    screen?.close();
  }
  if (row?.state === 'ready') {
    out.document({ account, state: row.state, status: row.status });
    return out.line(
      `${safeText(label)} is ready${row.status === null || row.status === row.state ? '' : ` (${safeText(row.status)})`}.`,
    );
  }
  if (stop.signal.aborted) return undefined;
  if (signal.aborted) throw new MusterError('ABORTED', `Stopped; the session of ${label} stays open and goes on asking.`);
  throw new MusterError(
    'PROMPT_EXPIRED',
    `${label}: ${row?.why ?? 'the session was closed'}. \`muster sessions qr\` asks again.`,
  );
}

const WAITING: QrPage = { text: '', caption: '', otherWays: [] };

const goneMeanwhile = (thrown: unknown): undefined => {
  if (thrown instanceof ApiError && thrown.code === 'NOT_FOUND') return undefined;
  throw thrown;
};

async function openScreen({ out, env }: Context): Promise<QrScreen> {
  const { openQrScreen } = await import('../print/qr-screen.ts');
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const ascii = env['MUSTER_GLYPHS'] === 'ascii' || (env['MUSTER_GLYPHS'] !== 'unicode' && !/utf-?8/i.test(locale));
  return openQrScreen(process.stdout, { color: out.paint('bold', 'x') !== 'x', ascii });
}

function pageOf(label: string, { kind, text, expiresAt }: SessionChallenge, otherWays: readonly string[]): QrPage {
  const left = expiresAt === null ? '' : `, ${duration(Math.max(0, expiresAt - Date.now()))} left`;
  if (kind === 'code') return { text: '', caption: `${label}: type this code on the phone: ${text}${left}`, otherWays };
  return { text, caption: `${label}: scan with the phone${left} · Ctrl-C leaves, the session stays`, otherWays };
}

/** Where the code does not fit. */
async function waysOut({ signal }: Context, client: Client, label: string, { png }: QrFlags): Promise<string[]> {
  const name = /^[\w.@-]+$/.test(label) ? label : `'${safeText(label)}'`;
  const { tcp } = await client.call('getStatus', {}, signal).catch(() => ({ tcp: null }));
  return [
    ...(png === undefined ? [`  muster sessions qr ${name} --png qr.png   writes a picture`] : [`  the picture is in ${png}`]),
    `  muster sessions pair ${name}   asks for a code to type instead, where the service has one`,
    ...(tcp === null ? [] : [`  http://${tcp}/v1/sessions/${encodeURIComponent(label)}/qr   the picture, with a token`]),
  ];
}

async function writePicture({ cwd, out }: Context, client: Client, account: string, png: string): Promise<void> {
  const response = await client.bytes('sessionQr', { params: { account }, query: {} });
  const file = resolve(cwd, png);
  await writeFile(file, Buffer.from(await response.arrayBuffer()), { mode: 0o600 });
  if (!out.tty) out.note(`muster: the picture is in ${safeText(file)}.`);
}

/** Resolves with the session when it is ready, or asks nobody any more; undefined when the signal came first. */
function untilDone(
  client: Client,
  account: string,
  { take, signal }: { readonly take: (row: SessionRow) => Promise<void>; readonly signal: AbortSignal },
): Promise<SessionRow | undefined> {
  return new Promise((settle, reject) => {
    let turn: Promise<void> = Promise.resolve();
    const end = (row: SessionRow | undefined): void => {
      subscription.unsubscribe();
      settle(row);
    };
    const subscription = watch(client, { topics: ['sessions'] }).subscribe({
      next(message) {
        if (message.kind !== 'sessions') return;
        const row = message.sessions.find((one) => one.account === account);
        if (!row?.open || row.parked || row.state === 'ready') return end(row);
        turn = turn
          .then(() => take(row))
          .catch((thrown: unknown) => {
            subscription.unsubscribe();
            reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          });
      },
      error: reject,
    });
    signal.addEventListener('abort', () => end(undefined), { once: true });
    if (signal.aborted) end(undefined);
  });
}
