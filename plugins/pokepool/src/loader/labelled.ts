import { columnOf, levelOf, providerOf, type AccountFields, type Column } from './fields.ts';

/** `Username: x`, `Password: y`: the values that a line names, in its order. */
export type Labels = readonly (readonly [Column, string])[];

const NAMES =
  'user\\s?name|username|user|login|account|acc|password|passwd|passwort|pass|pwd|pw|level|lvl|lv|e-?mail|mail|provider|auth|type|device\\s?id|model|ios|' +
  'benutzername|benutzer|nutzername|kennwort|stufe|usuario|contraseña|clave|nivel|utilisateur|identifiant|mot de passe|niveau|utente|senha|gebruikersnaam|wachtwoord';
// A dash is a mark only where one word and nothing else follows: `Login - see below` is a sentence.
const MARK = '(?:=>|->|→|[:=]|\\s[-–—]\\s+(?=\\S+\\s*$))';
const LABEL = new RegExp(`(^|[\\s,;|(]+)(${NAMES})\\s*${MARK}\\s*`, 'giu');
const STARTS = new RegExp(`^[\\s*•>-]*(?:ptc\\s+|account\\s+)?(${NAMES})\\**\\s*${MARK}`, 'iu');

/** The labels of a line that begins with one; undefined for any other line. */
export function labelsOf(line: string): Labels | undefined {
  if (!STARTS.test(line)) return undefined;
  const text = line.replace(/^[\s*•>-]*(?:(?:ptc|account)\s+)?/iu, '').replace(/\*\*/g, '');
  const marks = [...text.matchAll(LABEL)].filter((mark, index) => index > 0 || mark.index === 0);
  const labels: (readonly [Column, string])[] = [];
  for (const [index, mark] of marks.entries()) {
    const column =
      mark[2]?.toLowerCase() === 'acc' ? 'username' : mark[2]?.toLowerCase() === 'type' ? 'provider' : columnOf(mark[2] ?? '');
    const next = marks[index + 1];
    const value = text.slice(mark.index + mark[0].length, next?.index ?? text.length).trim();
    // `Type: instant delivery` says nothing of a provider.
    if (!column || (/^type$/i.test(mark[2] ?? '') && !providerOf(value))) continue;
    labels.push([column, next ? value.replace(/[\s,;|(]+$/, '') : value]);
  }
  return labels.length === 0 ? undefined : labels;
}

export const namesAccount = (labels: Labels): boolean =>
  labels.some(([column]) => column === 'username') && labels.some(([column]) => column === 'password');

export type LabelledAccount = { readonly fields: AccountFields } | { readonly reason: string };

/** Labels as an account, or why they are none. */
export function readLabels(labels: Labels): LabelledAccount {
  const fields: AccountFields = { username: '' };
  for (const [column, text] of labels) {
    if (text === '' && column !== 'password' && column !== 'username') continue;
    if (column === 'level') {
      const level = levelOf(text.replace(/^(?:level|lvl|lv|l)\s*/i, ''));
      if (level === undefined) return { reason: 'not-a-level' };
      fields.level = level;
    } else if (column === 'provider') {
      const provider = providerOf(text);
      if (!provider) return { reason: 'unknown-provider' };
      fields.provider = provider;
    } else if (column === 'password') {
      if (/\s/.test(text)) return { reason: 'whitespace-in-password' };
      fields.password = text;
    } else {
      fields[column] = text;
    }
  }
  return { fields };
}

const isName = (column: Column): boolean => column === 'username' || column === 'password';

export interface Blocks {
  /** Takes the labels of one line that has not all of an account. */
  add(line: number, labels: Labels): void;
  /** A line that may be the value of a label that stood alone on the line before it: true when it was. */
  value(text: string): boolean;
  /** An empty line: ends a block that is whole. */
  gap(): void;
  /** Another shape begins, or the file ends. */
  end(): void;
}

/** Accounts written as a block of lines. A label that comes a second time begins the next block. */
export function createBlocks(found: (line: number, account: LabelledAccount) => void): Blocks {
  let block: { readonly line: number; readonly labels: (readonly [Column, string])[] } | undefined;
  let leading: Column | undefined;

  const end = (): void => {
    const whole = block;
    block = undefined;
    if (!whole) return;
    const has = (column: Column): boolean => whole.labels.some(([name]) => name === column);
    // A lone `Email: …` or `Your login:` is a line of a mail, not half an account.
    if (whole.labels.every(([column, value]) => !isName(column) || value === '')) return;
    if (!has('username')) found(whole.line, { reason: 'empty-username' });
    else if (!has('password')) found(whole.line, { reason: 'empty-password' });
    else found(whole.line, readLabels(whole.labels));
  };

  return {
    add(line, labels) {
      for (const label of labels) {
        const [column] = label;
        if (block && (column === leading || block.labels.some(([name]) => name === column))) end();
        block ??= { line, labels: [] };
        if (block.labels.length === 0 && isName(column)) leading ??= column;
        block.labels.push(label);
      }
    },
    value(text) {
      const last = block?.labels.at(-1);
      if (!block || !last || last[1] !== '' || /\s/.test(text) || (last[0] === 'username' && /[:,;|]/.test(text))) return false;
      block.labels[block.labels.length - 1] = [last[0], text];
      return true;
    },
    gap() {
      // Half an account waits for its other half; a lone `Email: …` before any account is a line of a mail.
      if (block && (namesAccount(block.labels) || !block.labels.some(([column]) => isName(column)))) end();
    },
    end,
  };
}
