import type { SingleImportEntry } from '@muster/sdk';
import type { AccountFields } from './fields.ts';
import { createSeen, type Seen } from './seen.ts';

/** Where the readers of shapes put what they find. */
export interface Findings {
  account(line: number, shape: string, fields: AccountFields): void;
  rejected(line: number, reason: string): void;
  /** Kept once a file for each reason. */
  warning(reason: string, line?: number): void;
  /** Text around the accounts. */
  prose(): void;
  /** What was found since the last call. */
  take(): SingleImportEntry[];
  /** The name for the shapes seen so far. */
  format(): string;
}

/** Longer user names and passwords are not credentials of anything. */
const MAX_VALUE = 1_000;
// Control characters, those that cannot be seen, and the mark of a character that was lost.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffd]/;

export function createFindings(seen: Seen = createSeen()): Findings {
  let entries: SingleImportEntry[] = [];
  const shapes = new Set<string>();
  const warned = new Set<string>();
  let sawProse = false;
  let sawFault = false;

  const reject = (line: number, reason: string): void => {
    sawFault = true;
    entries.push({ kind: 'rejected', line, reason });
  };
  const warn = (reason: string, line?: number): void => {
    if (warned.has(reason)) return;
    warned.add(reason);
    entries.push(line === undefined ? { kind: 'warning', reason } : { kind: 'warning', reason, line });
  };

  return {
    account(line, shape, fields) {
      shapes.add(shape);
      const fault = faultOf(fields);
      if (fault) return reject(line, fault);
      const provider = fields.provider ?? 'ptc';
      const news = seen.add(`${provider}/${fields.username.toLowerCase()}`);
      if (news === 'known') return reject(line, 'duplicate');
      if (news === 'full') warn('too-many-to-find-duplicates', line);
      if (fields.password === undefined) warn('no-password', line);
      entries.push({ kind: 'account', line, data: { ...fields, provider } });
    },
    rejected: reject,
    warning: warn,
    prose: () => void (sawProse = true),
    take() {
      const taken = entries;
      entries = [];
      return taken;
    },
    format() {
      const [only, ...others] = shapes.keys();
      if (only === undefined) return sawProse ? 'mail-lines' : sawFault ? 'unknown' : 'empty';
      if (others.length > 0) return sawProse ? 'mail-lines' : 'mixed-lines';
      return sawProse && BARE_SHAPES.has(only) ? 'mail-lines' : only;
    },
  };
}

// Shapes without marks of their own: with prose around them, they are lines of a mail.
const BARE_SHAPES = new Set(['user-sep-pass', 'user-pass-level', 'user-pass-email', 'provider-sep', 'rocketmap-3']);

function faultOf(fields: AccountFields): string | undefined {
  const { username, password } = fields;
  if (username === '') return 'empty-username';
  if (/\s/.test(username)) return 'whitespace-in-username';
  if (password === '') return 'empty-password';
  for (const name in fields) {
    const value = fields[name as keyof AccountFields];
    if (typeof value !== 'string') continue;
    if (value.length > MAX_VALUE) return 'value-too-long';
    if (CONTROL.test(value)) return 'unreadable-character';
  }
  return undefined;
}
