import { readBare } from './bare.ts';
import type { AccountFields } from './fields.ts';
import type { Findings } from './findings.ts';
import { columnOf, levelOf } from './fields.ts';
import { accountOf } from './json-account.ts';
import type { ListFacts } from './list-facts.ts';
import type { TextReader } from './text-reader.ts';

/** Longer tokens and deeper nesting belong to no list of accounts. */
const MAX_TOKEN = 64 * 1024;
const MAX_DEPTH = 64;
/** So many accounts wait for a `default_level` that may stand behind them. */
const MAX_WAITING = 100_000;
const PLAIN_FACTS: ListFacts = {
  columns: { level: false, emailLast: false, emailSecond: false, providerLast: false, closed: false },
  prose: true,
  spaced: false,
  namesOnly: false,
};
const DEFAULT_LEVEL = /^default_?level$/i;
const SCALAR = /(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[\s,\]}]|$)/y;

interface Frame {
  readonly kind: 'object' | 'array';
  readonly line: number;
  /** Scalars by key: all that an account can be made of. */
  readonly scalars: Map<string, unknown>;
  key: string | undefined;
  expect: 'first' | 'key' | 'colon' | 'value' | 'comma';
  /** Accounts inside it that wait for its end. */
  waiting: { readonly line: number; readonly fields: AccountFields }[];
  held: boolean;
  /** An object in it has a password and no user: half of an account, whose other half may be this. */
  halved: boolean;
  /** It holds lists or objects. */
  nested: boolean;
}

/**
 * Reads JSON piece by piece: any object whose keys name a user is an account, however deep it stands (MAD, PGPool, Flygon,
 * pgocreate and others), and values may follow each other (one object a line). Nothing is kept but the objects that are
 * open. What is not JSON ends the reading with its line.
 */
export function createJsonReader(findings: Findings, firstLine = 1): TextReader {
  const stack: Frame[] = [];
  let text = '';
  let at = 0;
  let line = firstLine;
  let failed = false;
  let waiting = 0;

  const fail = (): void => {
    failed = true;
    text = '';
    for (const frame of stack) release(frame.waiting);
    findings.rejected(line, 'malformed-json');
  };

  const release = (accounts: Frame['waiting']): void => {
    for (const account of accounts.splice(0)) {
      waiting--;
      findings.account(account.line, 'json', account.fields);
    }
  };

  const skipBlanks = (): void => {
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) line++;
      else if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0xfeff) return;
    }
  };

  /** The token at `at`: its end, or undefined when it is not whole yet. Punctuation is a token of one character. */
  const tokenEnd = (last: boolean): number | undefined | 'bad' => {
    const first = text[at] as string;
    if ('{}[],:'.includes(first)) return at + 1;
    if (first === '"') {
      for (let close = text.indexOf('"', at + 1); close !== -1; close = text.indexOf('"', close + 1)) {
        let slashes = 0;
        while (text[close - 1 - slashes] === '\\') slashes++;
        if (slashes % 2 === 0) return close + 1;
      }
      return last ? 'bad' : undefined;
    }
    SCALAR.lastIndex = at;
    const found = SCALAR.exec(text);
    if (!found) return last || text.length - at > 64 ? 'bad' : undefined;
    return SCALAR.lastIndex === text.length && !last ? undefined : SCALAR.lastIndex;
  };

  const value = (token: string): boolean => {
    const frame = stack.at(-1);
    if (token === '{' || token === '[') {
      if (stack.length >= MAX_DEPTH || (frame && !takesValue(frame))) return false;
      if (frame) {
        frame.expect = 'comma';
        frame.nested = true;
      }
      const kind = token === '{' ? 'object' : 'array';
      stack.push({
        kind,
        line,
        scalars: new Map(),
        key: undefined,
        expect: 'first',
        waiting: [],
        held: false,
        halved: false,
        nested: false,
      });
      return true;
    }
    if (!frame || !takesValue(frame)) return false;
    let scalar: unknown;
    try {
      scalar = JSON.parse(token);
    } catch {
      return false;
    }
    if (frame.kind === 'array' && typeof scalar === 'string') readText(scalar, frame);
    if (frame.kind === 'object' && frame.key !== undefined && frame.scalars.size < 200) frame.scalars.set(frame.key, scalar);
    frame.expect = 'comma';
    return true;
  };

  /** `["user:pass", …]` is a list in another dress; `["user", "pass"]` does not say what is what. */
  const readText = (entry: string, frame: Frame): void => {
    const bare = readBare(entry.trim(), PLAIN_FACTS);
    if (bare.kind === 'account') findings.account(line, 'json', bare.fields);
    else if (frame.expect === 'first' && stack.at(-2)?.kind === 'array') findings.rejected(line, 'not-understood');
  };

  const close = (frame: Frame): void => {
    stack.pop();
    const parent = stack.findLast(({ kind }) => kind === 'object');
    if (frame.kind === 'object') {
      const level = levelWithin(frame.scalars);
      for (const { fields } of frame.waiting) if (level !== undefined) fields.level ??= level;
      const account = frame.waiting.length > 0 || frame.held ? undefined : accountOf(frame.scalars);
      // `{"heron": "secret"}` may well be an account, but does not say so.
      const isMap = stack.length === 0 && !frame.nested && frame.scalars.size > 0 && frame.waiting.length === 0;
      if (!account && isMap && [...frame.scalars.values()].every((each) => typeof each === 'string'))
        findings.rejected(frame.line, 'not-understood');
      if (account && 'reason' in account) {
        findings.rejected(frame.line, account.reason);
        if (parent) parent.halved ||= account.reason === 'empty-username';
      } else if (account && frame.halved && account.fields.password === undefined) {
        findings.rejected(frame.line, 'empty-password');
      } else if (account) {
        frame.waiting.push({ line: frame.line, fields: account.fields });
        waiting++;
      }
    }
    if (!parent) {
      release(frame.waiting);
      return;
    }
    // Told apart from an account of its own: an object that holds accounts is none.
    if (frame.waiting.length > 0) parent.held = true;
    for (const account of frame.waiting.splice(0)) parent.waiting.push(account);
    if (waiting > MAX_WAITING) {
      findings.warning('too-many-for-default-level', frame.line);
      for (const open of stack) release(open.waiting);
    }
  };

  /** False when the token does not belong there. */
  const take = (token: string): boolean => {
    const frame = stack.at(-1);
    if (token === '}' || token === ']') {
      const kind = token === '}' ? 'object' : 'array';
      if (frame?.kind !== kind || (frame.expect !== 'first' && frame.expect !== 'comma')) return false;
      close(frame);
      return true;
    }
    if (token === ',') {
      // Between values on their own a comma does no harm: some lists of objects lack their brackets.
      if (!frame) return true;
      if (frame.expect !== 'comma') return false;
      frame.expect = frame.kind === 'object' ? 'key' : 'value';
      return true;
    }
    if (token === ':') {
      if (frame?.expect !== 'colon') return false;
      frame.expect = 'value';
      return true;
    }
    if (frame?.kind === 'object' && (frame.expect === 'first' || frame.expect === 'key')) {
      if (!token.startsWith('"')) return false;
      try {
        frame.key = JSON.parse(token) as string;
      } catch {
        return false;
      }
      frame.expect = 'colon';
      return true;
    }
    return value(token);
  };

  const run = (last: boolean): void => {
    for (;;) {
      skipBlanks();
      if (at >= text.length) break;
      const end = tokenEnd(last);
      if (end === undefined) {
        if (text.length - at > MAX_TOKEN) return fail();
        break;
      }
      if (end === 'bad' || end - at > MAX_TOKEN || !take(text.slice(at, end))) return fail();
      at = end;
    }
    text = text.slice(at);
    at = 0;
  };

  return {
    push(piece) {
      if (failed) return;
      text = text === '' ? piece : text + piece;
      run(false);
    },
    end() {
      if (failed) return;
      run(true);
      if (!failed && stack.length > 0) fail();
    },
    format: () => 'json',
  };
}

const takesValue = (frame: Frame): boolean => frame.expect === 'value' || (frame.kind === 'array' && frame.expect === 'first');

/** What an object says of the level of all accounts in it; where it names a user itself, `level` is of that one. */
function levelWithin(scalars: ReadonlyMap<string, unknown>): number | undefined {
  let level: unknown;
  let names = false;
  for (const [key, value] of scalars) {
    if (DEFAULT_LEVEL.test(key) && typeof value === 'number') return levelOf(`${value}`);
    const column = columnOf(key);
    names ||= column === 'username' || column === 'password';
    if (column === 'level') level = value;
  }
  return !names && (typeof level === 'number' || typeof level === 'string') ? levelOf(`${level}`) : undefined;
}
