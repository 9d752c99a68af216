import { describe, expect, test } from 'vitest';
import { summary } from './testing.ts';

/** A file that strays from every format, and what is read of it. */
type Case = readonly [name: string, content: string | Uint8Array, found: readonly string[]];
const cases = (list: readonly Case[]): void => {
  test.each(list)('%s', async (_, content, found) => {
    expect(await summary(content)).toEqual(found);
  });
};
const BOTH = ['heron07|Reed4lake', 'fern07|Pine3cone'];
const LEVELS = ['heron07|Reed4lake|level=30', 'fern07|Pine3cone|level=31'];
const LIST = 'heron07:Reed4lake\nfern07:Pine3cone\n';
const mail = (head: string, body: string): string =>
  `From: shop@example.test\nTo: me@example.test\nSubject: Your order\nMIME-Version: 1.0\n${head}\n\n${body}`.replaceAll(
    '\n',
    '\r\n',
  );
const attached = (type: string, file: string, content: Uint8Array | string): string =>
  mail(
    'Content-Type: multipart/mixed; boundary="XX"',
    `--XX\nContent-Type: text/plain\n\nYour accounts are attached.\n\n--XX\nContent-Type: ${type}; name="${file}"\n` +
      `Content-Transfer-Encoding: base64\n\n${Buffer.from(content).toString('base64')}\n--XX--\n`,
  );

describe('text that was quoted by a mail', () => {
  cases([
    ['with blanks', '> heron07:Reed4lake\n> > fern07:Pine3cone\n', BOTH],
    ['without', '>heron07:Reed4lake\n>>fern07:Pine3cone\n', BOTH],
    ['a header and its rows', '> user,pass,level\n> heron07,Reed4lake,30\n> fern07,Pine3cone,31\n', LEVELS],
    ['blocks of labels', '> Username: heron07\n> Password: Reed4lake\n>\n> Username: fern07\n> Password: Pine3cone\n', BOTH],
    ['not a column below a plain header', 'pass,user\n>Reed4lake,heron07\n', ['heron07|>Reed4lake']],
    [
      'below the header of another language',
      `Von: Shop <shop@example.test>\nGesendet: Montag, 5. März 2018 10:00\nAn: me@example.test\nBetreff: WG: 12\n\nHallo,\n\n${LIST}`,
      BOTH,
    ],
    [
      'an original message',
      `-----Original Message-----\nFrom: Shop <shop@example.test>\nSubject: #12\n\n> Thanks!\n>\n> ${LIST}`,
      BOTH,
    ],
  ]);
});

describe('JSON among other lines', () => {
  const accounts = '[{"username":"heron07","password":"Reed4lake"},\n {"username":"fern07","password":"Pine3cone"}]';
  cases([
    ['in a mail', `Hello, here you are:\n\n${accounts}\n\nThanks\n`, BOTH],
    ['one value a line', 'Your account:\n{\n  "username": "heron07",\n  "password": "Reed4lake"\n}\n', [BOTH[0] as string]],
    [
      'beside a list',
      `fern07:Pine3cone\n{\n"user": "heron07",\n"pass": "{[Reed4lake"}\n`,
      ['fern07|Pine3cone', 'heron07|{[Reed4lake'],
    ],
    [
      'that is not closed',
      'Hi,\n{\n  "username": "heron07",\n  "password": "Reed4lake",\n',
      ['!2 malformed-json', '!3 not-understood', '!4 not-understood'],
    ],
    ['of a map, which does not say what it is', '{"heron07":"Reed4lake","fern07":"Pine3cone"}', ['!1 not-understood']],
    ['attached', attached('application/json', 'accounts.json', accounts), BOTH],
  ]);
});

describe('labels of other languages and layouts', () => {
  cases([
    [
      'French',
      "Nom d’utilisateur : heron07\nMot de passe : Reed4lake\n\nNom d'utilisateur : fern07\nMot de passe : Pine3cone\n",
      BOTH,
    ],
    ['Italian and Portuguese', 'Nome utente: heron07\nPassword: Reed4lake\n\nNome de usuário: fern07\nSenha: Pine3cone\n', BOTH],
    ['Polish and Russian', 'Użytkownik: heron07\nHasło: Reed4lake\n\nЛогин: fern07\nПароль: Pine3cone\n', BOTH],
    [
      'each alone with empty lines between',
      'Username:\n\nheron07\n\nPassword:\n\nReed4lake\n\nUsername:\n\nfern07\n\nPassword:\n\nPine3cone\n',
      BOTH,
    ],
    ['a word behind an empty line that is no password', 'Username: heron07\nPassword:\n\nThanks\n', ['!1 empty-password']],
    [
      'a password whose name was not understood goes to nobody else',
      'Erabiltzailea: heron07\nPassword: Reed4lake\n\nUsername: fern07\nPassword: Pine3cone\n',
      ['!1 not-understood', '!2 empty-username', 'fern07|Pine3cone'],
    ],
    ['with dashes on one line', 'Login - heron07 Password - Reed4lake\nLogin - fern07, Password - Pine3cone\n', BOTH],
    ['with a slash between', 'Login: heron07 / Password: Reed4lake\nLogin: fern07 / Password: Pine3cone\n', BOTH],
    ['with dots', 'Username....: heron07\nPassword....: Reed4lake\n', [BOTH[0] as string]],
    [
      'with values in quotes, as in YAML',
      `- username: "heron07"\n  password: "Reed 4 lake"\n- username: fern07\n  password: 'Pine3cone'\n`,
      ['heron07|Reed 4 lake', 'fern07|Pine3cone'],
    ],
    [
      'a table that lies on its side',
      '<table><tr><td>Username</td><td>heron07</td></tr><tr><td>Password</td><td>Reed4lake</td></tr></table>',
      [BOTH[0] as string],
    ],
  ]);
});

describe('labels with something around them', () => {
  cases([
    ['a word that says whose they are', 'Your username: heron07\nYour password: Reed4lake\n', [BOTH[0] as string]],
    ['numbers', 'Username 1: heron07\nPassword 1: Reed4lake\nUsername 2: fern07\nPassword 2: Pine3cone\n', BOTH],
    ['numbers before them', '1) Username: heron07 Password: Reed4lake\n2) Username: fern07 Password: Pine3cone\n', BOTH],
    ['a provider in brackets', 'Username (PTC): heron07\nPassword (PTC): Reed4lake\n', [BOTH[0] as string]],
    [
      'an email above the second name only',
      'Login: heron07\nPassword: Reed4lake\n\nE-Mail: fern@example.test\nLogin: fern07\nPassword: Pine3cone\n',
      ['heron07|Reed4lake', 'fern07|Pine3cone|email=fern@example.test'],
    ],
    ['tabs and hyphens', 'User-Name\t: heron07\nPass-Word\t: Reed4lake\n', [BOTH[0] as string]],
    [
      'the end of one account and the beginning of the next',
      'Username: heron07\nPassword: Reed4lake  Username: fern07\nPassword: Pine3cone\n',
      BOTH,
    ],
    [
      'cells of a table, each with an account in lines',
      '<table><tr><td>Username: heron07<br>Password: Reed4lake</td><td>Username: fern07<br>Password: Pine3cone</td></tr></table>',
      BOTH,
    ],
    ['a field to copy from', '<html><textarea>heron07:Reed4lake\nfern07:Pine3cone</textarea></html>', BOTH],
  ]);
});

describe('what stands before an account', () => {
  cases([
    ['its number', 'Account 1: heron07:Reed4lake\nAccount #2: fern07:Pine3cone\n', BOTH],
    ['a sign', '✅ heron07:Reed4lake\n➤ fern07:Pine3cone\n', BOTH],
    ['a box', '- [ ] heron07:Reed4lake\n- [x] fern07:Pine3cone\n', BOTH],
    ['marks of code', '`heron07:Reed4lake`\n`fern07:Pine3cone`\n', BOTH],
    ['marks of code in a table', '| Username | Password |\n|---|---|\n| heron07 | `Reed4lake` |\n| fern07 | Pine3cone |\n', BOTH],
    ['a word for it, which is no user', 'Credentials: heron07:Reed4lake\n', ['!1 not-understood']],
    ['a name that is no scheme of a link', 'heron07://Reed4lake\nhttps://Pine3cone\n', ['heron07|//Reed4lake']],
    ['the name of a password without a mark', 'Thanks.\nPassword Reed4lake\n', ['!2 no-separator']],
  ]);
});

describe('the level that a heading tells', () => {
  cases([
    ['of those below it', 'Level 30 accounts:\nheron07:Reed4lake\n\nLevel 31 accounts:\nfern07:Pine3cone\n', LEVELS],
    ['in a frame', '=== Level 30 ===\n\nheron07:Reed4lake\n[L31]\nfern07:Pine3cone\n', LEVELS],
    ['less than their own', 'Level 30:\nheron07:Reed4lake\nfern07:Pine3cone:L31\n', LEVELS],
    ['of labelled ones', '**Level 30 accounts:**\nUsername: heron07\nPassword: Reed4lake\n', [LEVELS[0] as string]],
    [
      'only as far as the next words',
      'Level 30:\nheron07:Reed4lake\nAnd one more for you.\nfern07:Pine3cone\n',
      [LEVELS[0] as string, BOTH[1] as string],
    ],
    ['not of a range', `Level 30-35 accounts:\n${LIST}`, BOTH],
    ['not in the middle of a sentence', `Hi,\nyour level 30 accounts:\n${LIST}`, BOTH],
    ['not of what was bought', `Product: 2x PTC Level 30 accounts\n${LIST}`, BOTH],
  ]);
});

describe('mails and pages', () => {
  cases([
    [
      'letters with names',
      '<p>heron07:Br&auml;ss&Auml;&szlig;9&euro;</p><p>fern07:Pine3cone</p>',
      ['heron07|BrässÄß9€', 'fern07|Pine3cone'],
    ],
    [
      'an attached list in UTF-16',
      attached(
        'text/csv',
        'a.csv',
        Buffer.from(`\ufeffuser;pass;level\r\nheron07;Reed4lake;30\r\nfern07;Pine3cone;31\r\n`, 'utf16le'),
      ),
      LEVELS,
    ],
    [
      'a table whose words are cut by soft breaks',
      mail(
        'Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable',
        '<table style=3D"x"><tr><th>Username</th><th>Pass=\nword</th></tr><tr><td>heron07</td><td>Reed4l=\nake</td></tr><tr><td>fern07</td><td>Pine3cone</td></tr></table>\n',
      ),
      BOTH,
    ],
  ]);
});

describe('rows under a header', () => {
  cases([
    [
      'that name their provider themselves',
      'user,pass\nheron07,Reed4lake\ngoogle,fern@example.test,Pine3cone\n',
      [BOTH[0] as string, 'google|fern@example.test|Pine3cone'],
    ],
    ['whose names are Russian', 'Логин;Пароль;Уровень\nheron07;Reed4lake;30\nfern07;Pine3cone;31\n', LEVELS],
    [
      'whose names have apostrophes',
      "Mot de passe;Niveau;Nom d'utilisateur\nReed4lake;30;heron07\nPine3cone;31;fern07\n",
      LEVELS,
    ],
  ]);
});

describe('encodings', () => {
  cases([
    ['several marks in one file', '\ufeffheron07:Reed4lake\n\ufeff\ufefffern07:Pine3cone\n', BOTH],
    [
      'UTF-32',
      Buffer.from([0xff, 0xfe, 0, 0, ...Array.from(Buffer.from(LIST), (byte) => [byte, 0, 0, 0]).flat()]),
      ['!0 binary-file'],
    ],
  ]);
});

describe('columns that are named for something else', () => {
  cases([
    ['a name beside a password', 'lvl;pw;name\n30;Reed4lake;heron07\n31;Pine3cone;fern07\n', LEVELS],
    ['an email counts more than a name', 'name,email,pass\nMax,heron@example.test,Reed4lake\n', ['heron@example.test|Reed4lake']],
    ['notes in brackets', 'Username (PTC),Password,Level (min)\nheron07,Reed4lake,30\nfern07,Pine3cone,31\n', LEVELS],
    ['the numbers of the rows', 'id,user,pass,level\n1,heron07,Reed4lake,30\n2,fern07,Pine3cone,31\n', LEVELS],
    [
      'a device beside its version',
      'id,ios,user,pass\n2f0c,10.2.1,heron07,Reed4lake\n',
      ['heron07|Reed4lake|deviceId=2f0c|ios=10.2.1'],
    ],
    [
      'a word that is not known for the password',
      'character,secret,level\nheron07,Reed4lake,30\nfern07,Pine3cone,31\n',
      ['!1 not-understood', ...LEVELS],
    ],
  ]);
});

describe('levels above accounts', () => {
  cases([
    ['in German', 'Stufe 30:\nheron07:Reed4lake\n\nLevel-31-Konten:\nfern07:Pine3cone\n', LEVELS],
    [
      'reach JSON, whose own counts more',
      'Level 30:\n{"user":"heron07","pass":"Reed4lake"}\n{"user":"fern07","pass":"Pine3cone","level":31}\n',
      LEVELS,
    ],
    [
      'of an object reach what is in it',
      '[{"level":30,"login":{"user":"heron07","pass":"Reed4lake"}},{"lvl":"31","list":[{"user":"fern07","pass":"Pine3cone"}]}]',
      LEVELS,
    ],
    [
      'of the buyer do not',
      '{"user":"buyer","level":5,"accounts":[{"user":"heron07","pass":"Reed4lake"}]}',
      ['heron07|Reed4lake'],
    ],
  ]);
});

describe('keys and terms', () => {
  cases([
    ['a name beside a password', '[{"name":"heron07","password":"Reed4lake","id":"17"}]', ['heron07|Reed4lake']],
    [
      'a password in an object of its own is not left out without a word',
      '{"username":"heron07","auth":{"password":"Reed4lake"}}',
      ['!1 empty-username', '!1 empty-password'],
    ],
    ['lines that end as those of a page', 'heron07:Reed4lake<br>\nfern07:Pine3cone<br />\n', BOTH],
    ['a page that begins in bold', '<b>Username:</b> heron07<br><b>Password:</b> Reed4lake', ['heron07|Reed4lake']],
    [
      'a list of definitions',
      '<dl><dt>Username</dt>\n<dd>heron07</dd><dt>Password:</dt><dd>Reed4lake</dd></dl><dl><dt>Username</dt><dd>fern07</dd><dt>Password</dt><dd>Pine3cone</dd></dl>',
      BOTH,
    ],
  ]);
});
