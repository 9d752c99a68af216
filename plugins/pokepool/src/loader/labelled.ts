import { columnOf, levelOf, providerOf, type AccountFields, type Column } from './fields.ts';

/** `Username: x`, `Password: y`: the values that a line names, in its order. */
export type Labels = readonly (readonly [Column, string])[];

const NAMES =
  'user[\\s-]?name|user\\s?id|user|login\\s?name|login|trainer\\s?name|nickname|account\\s?name|account|acc|password|pass-word|passwd|passwort|passphrase|pass|pwd|pw|' +
  'level|lvl|lv|e-?mail|mail|provider|auth|type|device\\s?id|model|ios|' +
  'benutzername|benutzer|nutzername|kontoname|kennwort|stufe|nombre de usuario|usuario|contraseña|clave|nivel|' +
  "nom d['’]utilisateur|utilisateur|identifiant|mot de passe|mdp|niveau|nome utente|utente|livello|nome de usu[aá]rio|usu[aá]rio|senha|nível|" +
  'gebruikersnaam|wachtwoord|nazwa użytkownika|użytkownik|hasło|poziom|brugernavn|adgangskode|имя пользователя|пользователь|логин|пароль|уровень';
// A dash is a mark only where one word follows, and then nothing else or the next label: `Login - see below` is a sentence.
const MARK = `(?:=>|->|→|[:=]|\\s[-–—]\\s+(?=\\S+\\s*(?:$|[\\s,;|/]\\s*(?:${NAMES})\\s*[-–—])))`;
// `Username (PTC):`, `Password 2:`; a number behind a level is the level.
const BEHIND = '(?:\\s*\\((?:ptc|google)\\)|(?<!level|lvl|lv|stufe|niveau|nivel|poziom)\\s+#?\\d{1,4})?';
const LABEL = new RegExp(`(^|[\\s,;|(]+)(${NAMES})${BEHIND}[\\s.]*${MARK}\\s*`, 'giu');
// A sign, a number, or a word that says whose it is.
const BEFORE = '[\\s*•>-]*(?:\\(?\\d{1,6}[.)]\\s+)?(?:(?:ptc|account|your|ihr|dein|tu|su|votre|seu)\\s+)?';
const STARTS = new RegExp(`^${BEFORE}(${NAMES})\\**${BEHIND}[\\s.]*${MARK}`, 'iu');
const LEAD = new RegExp(`^${BEFORE}`, 'iu');
// A row of a table that lies on its side.
const CELLS = new RegExp(`^(${NAMES})\\s*\\t\\s*([^\\s:=].*)$`, 'iu');

/** What stands in quotes, whole and of one kind. */
const bare = (value: string): string =>
  /^(["'`])((?:(?!\1).)+)\1$/.exec(value)?.[2] ?? /^[“„‘]([^“”„‘’]+)[”“’]$/.exec(value)?.[1] ?? value;

const NUMBERED = /^\(?\d{1,6}[.)]\s+/;
const ENDS_NAME = /[\d:=,;|\t]/g;

/** Cheap to ask of every line: do letters stand before a mark? */
function mayBegin(line: string): boolean {
  const first = line.charCodeAt(0);
  const isNumber = first === 0x28 || (first >= 0x30 && first <= 0x39);
  ENDS_NAME.lastIndex = isNumber ? (NUMBERED.exec(line)?.[0].length ?? 0) : 0;
  const end = ENDS_NAME.exec(line)?.index;
  const sign = end === undefined ? '' : (line[end] as string);
  if (sign === ':' || sign === '=' || sign === '\t') return true;
  // `Username 2:`
  if (end !== undefined && end > 0 && sign >= '0' && sign <= '9' && /[\s#]/.test(line[end - 1] as string)) return true;
  return /->|→|\s[-–—]\s/.test(end === undefined ? line : line.slice(0, end));
}

/** The labels of a line that begins with one; undefined for any other line. */
export function labelsOf(line: string): Labels | undefined {
  if (!mayBegin(line)) return undefined;
  const cells = line.includes('\t') ? CELLS.exec(line) : undefined;
  const side = cells && columnOf(cells[1] ?? '');
  if (cells && side) return [[side, (cells[2] ?? '').trim()]];
  if (!STARTS.test(line)) return undefined;
  const text = line.replace(LEAD, '').replace(/\*\*/g, '');
  const marks = [...text.matchAll(LABEL)].filter((mark, index) => index > 0 || mark.index === 0);
  const labels: (readonly [Column, string])[] = [];
  for (const [index, mark] of marks.entries()) {
    const column =
      mark[2]?.toLowerCase() === 'acc' ? 'username' : mark[2]?.toLowerCase() === 'type' ? 'provider' : columnOf(mark[2] ?? '');
    const next = marks[index + 1];
    const value = text.slice(mark.index + mark[0].length, next?.index ?? text.length).trim();
    // `Type: instant delivery` says nothing of a provider.
    if (!column || (/^type$/i.test(mark[2] ?? '') && !providerOf(value))) continue;
    labels.push([column, next ? value.replace(/(?:\s+[/–—-]|[\s,;|(])+$/, '') : value]);
  }
  return labels.length === 0 ? undefined : labels;
}

export const namesAccount = (labels: Labels): boolean =>
  labels.some(([column]) => column === 'username') && labels.some(([column]) => column === 'password');

export type LabelledAccount = { readonly fields: AccountFields } | { readonly reason: string };

/** Labels as an account, or why they are none. */
export function readLabels(labels: Labels): LabelledAccount {
  const fields: AccountFields = { username: '' };
  for (const [column, value] of labels) {
    const text = bare(value);
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
      if (text === value && /\s/.test(text)) return { reason: 'whitespace-in-password' };
      fields.password = text;
    } else {
      fields[column] = text;
    }
  }
  return { fields };
}

const isName = (column: Column): boolean => column === 'username' || column === 'password';

export interface Blocks {
  /** Does it hold half an account, whose other half this is? */
  waitsFor(column: Column): boolean;
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
  let block: { readonly line: number; readonly labels: (readonly [Column, string])[]; spaced: boolean } | undefined;
  let leading: Column | undefined;
  /** An empty line stood before the value that is asked for next. */
  let apart = false;

  const end = (): void => {
    const whole = block;
    block = undefined;
    if (!whole) return;
    const has = (column: Column): boolean => whole.labels.some(([name]) => name === column);
    // A lone `Email: …` or `Your login:` is a line of a mail, not half an account.
    if (whole.labels.every(([column, value]) => !isName(column) || value === '')) return;
    if (!has('username')) {
      // It does not tell with which label the next block begins.
      leading = undefined;
      found(whole.line, { reason: 'empty-username' });
    } else if (!has('password')) found(whole.line, { reason: 'empty-password' });
    else found(whole.line, readLabels(whole.labels));
  };

  return {
    waitsFor: (column) =>
      isName(column) &&
      block !== undefined &&
      block.labels.some(([name, value]) => isName(name) && value !== '' && name !== column) &&
      !block.labels.some(([name]) => name === column),
    add(line, labels) {
      apart = false;
      for (const label of labels) {
        const [column] = label;
        const begun = block?.labels.some(([name]) => isName(name)) === true;
        if (block?.labels.some(([name]) => name === column) === true || (begun && column === leading)) end();
        block ??= { line, labels: [], spaced: false };
        if (block.labels.length === 0 && isName(column)) leading ??= column;
        block.labels.push(label);
      }
    },
    value(text) {
      const last = block?.labels.at(-1);
      // Behind an empty line only where the value before it stood so too: else it may be any word of a mail.
      if (block && apart && block.labels.length > 1 && !block.spaced) return false;
      if (!block || !last || last[1] !== '' || /\s/.test(text) || (last[0] === 'username' && /[:,;|]/.test(text))) return false;
      block.labels[block.labels.length - 1] = [last[0], text];
      if (block.labels.length === 1) block.spaced = apart;
      apart = false;
      return true;
    },
    gap() {
      apart = true;
      // Half an account waits for its other half, a name for a password and not the other way: whose the password is could only be
      // guessed. A lone `Email: …` before any account is a line of a mail.
      const waits = block?.labels.some(([column, value]) => column === 'username' || (isName(column) && value === ''));
      if (block && (!waits || (namesAccount(block.labels) && block.labels.at(-1)?.[1] !== ''))) end();
    },
    end,
  };
}
