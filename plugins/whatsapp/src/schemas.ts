import { isTimeZone, secret } from '@muster/sdk';
import { z } from 'zod';

/** What a profile folder may be called. Checked before it touches a path. */
export const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
export const ClientId = z.string().regex(CLIENT_ID, 'letters, digits, _ and - only, at most 64');

/** As people write numbers: `+966 50 000 0001`. Kept as digits, with the country code. */
export const Phone = z
  .string()
  .max(40)
  .overwrite((text) => text.replace(/[\s()+.-]/g, ''))
  .refine((digits) => /^[1-9]\d{5,14}$/.test(digits), 'a number with its country code, as +966500000001');

export const Account = z.object({
  clientId: ClientId.describe('Short name of the session; its profile is sessions/session-<clientId>'),
  phone: Phone.optional().describe('Number that is to be linked; any other is refused. Filled in at the first link'),
  name: z.string().max(200).optional().describe('What the number is for; filled in with the name of its profile'),
  passphrase: secret(z.string().min(8).max(200).optional()).describe('Encrypts exported session files'),
  dailyCap: z.int().min(0).max(100_000).optional().describe('Most campaign messages a day from this number'),
});
export type Account = z.output<typeof Account>;

const Clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as 21:30');

export const Config = z.object({
  engine: z
    .enum(['lean', 'full'])
    .default('lean')
    .describe('lean: chromium-headless-shell where it is installed, half the memory; full: Chromium'),
  browserPath: z.string().max(4_096).optional().describe('The browser to use, as a full path'),
  browserArgs: z.array(z.string().max(2_000)).max(50).default([]).describe('Further switches of the browser'),
  browserFeaturesOff: z.array(z.string().max(200)).max(50).default([]).describe('Further features of the browser to switch off'),
  webVersion: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional()
    .describe('A version of WhatsApp Web to stay at; needs webVersionCache'),
  webVersionCache: z.string().max(4_096).optional().describe('Folder with <webVersion>.html'),
  openTimeoutMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(90_000)
    .describe('WhatsApp Web must show a code or be linked after so long'),
  heartbeatMs: z.int().min(100).max(60_000).default(2_000).describe('The page is asked for its state so often'),
  heartbeatTimeoutMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .describe('After so long it did not answer; three in a row restart the browser'),
  syncTimeoutMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(300_000)
    .describe('Linked and not synced after so long: the browser restarts'),
  lineTimeoutMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(480_000)
    .describe('Without a line to WhatsApp for so long: the browser restarts'),
  restartPauseMs: z
    .int()
    .min(10)
    .max(60_000)
    .default(1_000)
    .describe('Before a browser is started anew; grows to 300 times as much with each in a row'),
  restartLimit: z.int().min(0).max(10_000).default(100).describe('Restarts in a row, then it has failed; 0: never'),
  qrRounds: z.int().min(1).max(100).default(3).describe('Rounds of QR codes (about two minutes each) that are shown to nobody'),
  takeOver: z.boolean().default(false).describe('Take over again when WhatsApp Web is opened elsewhere with the same link'),
  sendPaceMs: z.int().min(0).max(600_000).default(1_000).describe('At least so long between two messages of a session'),
  sendTimeoutMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(30_000)
    .describe('A message that the page did not take after so long is in doubt'),
  messageTtlMs: z
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .default(86_400_000)
    .describe('A message that could not be sent for so long is dropped, and reported'),
  keepSent: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(5_000)
    .describe('Sent messages that a session knows the keys of, for at most 30 days: a key that comes again is not sent again'),
  catchUpMessages: z
    .int()
    .min(0)
    .max(1_000)
    .default(200)
    .describe('Messages looked for per chat that came while the host was away; 0: none'),
  keepMessages: z.int().min(0).max(100_000).default(500).describe('Messages kept per chat'),
  keepChats: z.int().min(1).max(100_000).default(1_000).describe('Chats kept per session'),
  saveMedia: z.boolean().default(true).describe('Files that come with messages are fetched and kept'),
  mediaMaxBytes: z
    .int()
    .min(1)
    .max(64 * 1_048_576)
    .default(16 * 1_048_576)
    .describe('Larger ones are fetched only when asked for'),
  keepMediaBytes: z
    .int()
    .min(0)
    .max(1_000 * 1_073_741_824)
    .default(1_073_741_824)
    .describe('Files kept per session; the oldest are removed'),
  textInEvents: z.boolean().default(true).describe('Events of messages hold their text, for webhooks'),
  optOutWords: z
    .array(z.string().min(1).max(40))
    .max(50)
    .default(['stop', 'unsubscribe', 'opt out', 'إيقاف', 'الغاء', 'إلغاء'])
    .describe('A message that is one of these takes its sender out of every campaign, for ever'),
  quietFrom: Clock.default('21:00').describe('Campaigns rest from this time of day'),
  quietUntil: Clock.default('08:00').describe('to this'),
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, 'a time zone, as Asia/Riyadh or UTC')
    .default('UTC')
    .describe('of these times, and of the days of the daily caps, as Asia/Riyadh'),
  campaignPaceMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(20_000)
    .describe('At least so long between two campaign messages of a session'),
  dailyCap: z.int().min(1).max(100_000).default(200).describe('Most campaign messages of a session a day'),
});
export type Config = z.output<typeof Config>;

/** What can be told when a session is opened. */
export const OpenInput = z.object({
  link: z.enum(['qr', 'code']).default('qr').describe('Link by a QR code, or by a code that is typed on the phone'),
});
export type OpenInput = z.output<typeof OpenInput>;
