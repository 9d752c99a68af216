import { MusterError, safeText } from '@muster/sdk';
import type { HookTarget } from './hook-record.ts';

const TIMEOUT_MS = 30_000;
const MAX_SUBJECT = 150;

export interface MailMessage {
  readonly target: HookTarget & { readonly kind: 'mail' };
  readonly password: string | null;
  readonly subject: string;
  readonly text: string;
  readonly id: string;
}

/** Rejects when the server does not take it for everybody. */
export async function sendMail({ target, password, subject, text, id }: MailMessage): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const { host, port, security, user, from, to } = target;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user !== null && { auth: { user, pass: password ?? '' } }),
  });
  try {
    const sent = await transport.sendMail({
      from,
      to: [...to],
      subject: safeText(subject, MAX_SUBJECT),
      text,
      headers: { 'Auto-Submitted': 'auto-generated', 'Muster-Delivery': id },
    });
    const refused = sent.rejected.length;
    if (refused > 0) throw new MusterError('RETRY_LATER', `the server refused ${refused} of ${to.length} addresses`);
    return safeText(sent.response, 200);
  } finally {
    transport.close();
  }
}
