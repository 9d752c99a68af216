import { describe, expect, test } from 'vitest';
import { readEntries, summary } from './testing.ts';

const formatOf = async (text: string): Promise<string | undefined> =>
  (await readEntries(text)).flatMap((entry) => (entry.kind === 'file' ? [entry.format] : [])).at(-1);

describe('JSON', () => {
  test.each([
    ['an array', '[{"username":"a1","password":"p1"},{"username":"b1","password":"p2"}]', ['a1|p1', 'b1|p2']],
    ['MAD', '[{"login_type":"google","username":"a@x.test","password":"p1","device_id":4}]', ['google|a@x.test|p1']],
    ['PGPool', '[{"auth_service":"ptc","username":"a1","password":"p1","level":30,"banned":null}]', ['a1|p1|level=30']],
    ['pgocreate', '{"Username":"a1","Password":"p1","Email":"a@x.test"}', ['a1|p1|email=a@x.test']],
    [
      'Flygon, the level behind the accounts',
      '{"accounts":[{"username":"a1","password":"p1"},{"username":"b1","password":"p2","level":35}],"default_level":30}',
      ['a1|p1|level=30', 'b1|p2|level=35'],
    ],
    ['one object a line', '{"username":"a1","password":"p1"}\n{"username":"b1","password":"p2"}\n', ['a1|p1', 'b1|p2']],
    [
      'by name, and deep',
      '{"data":{"pool":{"1":{"user":"a1","pass":"p1"},"2":{"user":"b1","pass":"p2"}}},"next":null}',
      ['a1|p1', 'b1|p2'],
    ],
    ['escapes, and blanks that belong to a password', '[{"username":"a1","password":"p\\"\\u00e4 \\\\1"}]', ['a1|p"ä \\1']],
    ['an email where nothing else names the user', '[{"email":"a@x.test","password":"p1"}]', ['a@x.test|p1|email=a@x.test']],
    [
      'keys that would change an object',
      '[{"__proto__":{"username":"x","password":"y"},"constructor":1,"username":"a1","password":"p1"}]',
      ['x|y'],
    ],
    ['nothing', '[]', []],
  ])('%s', async (_, text, found) => {
    expect(await summary(text)).toEqual(found);
    expect(await summary(text, { pieceBytes: 1 })).toEqual(found);
    expect(await formatOf(text)).toBe('json');
  });

  test.each([
    [
      'a number is not the text that was meant',
      '[{"username":"a1","password":12},\n{"username":"b1","password":"p2"}]',
      ['!1 password-not-text', 'b1|p2'],
    ],
    ['no user', '[{"password":"p1"}]', ['!1 empty-username']],
    [
      'a comma that is missing',
      '[{"username":"a1","password":"p1"},\n{"username":"b1" "password":"p2"}]',
      ['a1|p1', '!2 malformed-json'],
    ],
    ['an end that is missing', '[{"username":"a1","password":"p1"},\n', ['a1|p1', '!2 malformed-json']],
    ['an end that is another', '[{"username":"a1","password":"p1"}}', ['a1|p1', '!1 malformed-json']],
    ['text behind it', '[{"username":"a1","password":"p1"}]\nb1:p2\n', ['a1|p1', '!2 malformed-json']],
    [
      'a text that has no end',
      `[{"username":"a1","password":"p1"},{"username":"${'x'.repeat(100_000)}`,
      ['a1|p1', '!1 malformed-json'],
    ],
    ['depth without end', `[{"username":"a1","password":"p1"},${'['.repeat(1_000)}`, ['a1|p1', '!1 malformed-json']],
  ])('refuses %s', async (_, text, found) => {
    expect(await summary(text)).toEqual(found);
  });
});

describe('mails', () => {
  const head = 'From: "Shop" <a@x.test>\r\nTo: b@x.test\r\nSubject: =?utf-8?q?Your_order?=\r\nMIME-Version: 1.0\r\n';

  test.each([
    [
      'plain, prose around it',
      `${head}\r\nHello!\r\n\r\nheron07:p1\r\nfern07:p2\r\n\r\nRegards, the shop\r\n`,
      ['heron07|p1', 'fern07|p2'],
    ],
    [
      'quoted-printable, with soft breaks',
      `${head}Content-Type: text/plain;\r\n charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nheron07:p=3D1=C3=A4\r\nfern=\r\n07:p2\r\n`,
      ['heron07|p=1ä', 'fern07|p2'],
    ],
    [
      'base64 in another charset',
      `${head}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('heron07:pä\r\n', 'latin1').toString('base64')}\r\n`,
      ['heron07|pä'],
    ],
    [
      'HTML',
      `${head}Content-Type: text/html\r\n\r\n<p>Hello,</p><div>heron07:p&amp;1<br>fern07:p2</div>`,
      ['heron07|p&1', 'fern07|p2'],
    ],
    [
      'both ways, the plain one empty of accounts',
      `${head}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease read this as HTML.\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>heron07</b>:p1\r\n--b--\r\n`,
      ['heron07|p1'],
    ],
    [
      'both ways, each account once',
      `${head}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nheron07:p1\r\n--b\r\nContent-Type: text/html\r\n\r\nheron07:p1\r\n--b--\r\n`,
      ['heron07|p1'],
    ],
    [
      'an attached file',
      `${head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="accounts.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('user,pass\nheron07,p1\n').toString('base64')}\r\n--b--\r\n`,
      ['heron07|p1'],
    ],
  ])('%s', async (_, text, found) => {
    expect(await summary(text)).toEqual(found);
    expect(await formatOf(text)).toBe('eml');
  });

  test('refusals name the line of the raw mail', async () => {
    const text = `${head}Content-Transfer-Encoding: quoted-printable\r\n\r\nheron07:p=\r\n1\r\nfern07:p=202\r\n`;
    expect(await summary(text)).toEqual(['heron07|p1', '!9 whitespace-in-password']);
  });

  test('an attachment that cannot be read is told', async () => {
    const text = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/zip\r\n\r\nUEsDBA==\r\n--b--\r\n`;
    expect((await readEntries(text)).map((entry) => ('reason' in entry ? entry.reason : entry.kind))).toEqual([
      'attachment-skipped',
      'file',
    ]);
  });

  test('a mailbox is read mail by mail', async () => {
    const mails = ['heron07:p1', 'fern07:p2', 'heron07:p1'].map(
      (line) => `From a@x.test Mon Mar  5 10:00:00 2018\nFrom: a@x.test\nTo: b@x.test\nSubject: x\n\n${line}\n\n`,
    );
    expect(await summary(mails.join(''))).toEqual(['heron07|p1', 'fern07|p2', '!20 duplicate']);
  });
});

describe('pages', () => {
  test.each([
    [
      'lines by breaks and blocks',
      '<html><body><p>Hello,</p>\n<p>heron07:p&lt;1<br/>fern07:p&#50;</p></body></html>',
      ['heron07|p<1', 'fern07|p2'],
    ],
    [
      'a table with a header',
      '<!doctype html><table><tr><th>Username</th><th>Password</th><th>Level</th></tr><tr><td>a1</td><td>p1</td><td>30</td></tr></table>',
      ['a1|p1|level=30'],
    ],
    [
      'a table of labels',
      '<table><tr><td>Username:</td><td>a1</td></tr><tr><td>Password:</td><td>p1</td></tr></table>',
      ['a1|p1'],
    ],
    ['preformatted text', '<pre>heron07:p1\nfern07:p2\n</pre>', ['heron07|p1', 'fern07|p2']],
    [
      'what is not shown',
      '<html><style>a:b1{}</style><script>x1:y2</script><!-- c1:d2 --><p>heron07:p1</p></html>',
      ['heron07|p1'],
    ],
  ])('%s', async (_, text, found) => {
    expect(await summary(text)).toEqual(found);
    expect(await formatOf(text)).toBe('html');
  });
});

test('a page on one line that is too long is refused, and not passed over without a word', async () => {
  expect(await summary(`<!doctype html><html><body>${'<p>a'.repeat(300_000)}`)).toEqual(['!1 line-too-long']);
});

test('a mail of very many short lines is refused as one of very many characters is', async () => {
  const head = 'From: a@b.example\nSubject: x\nContent-Transfer-Encoding: base64\n\n';
  expect(await summary(`${head}${'QUJD\n'.repeat(700_000)}`)).toEqual(['!1 document-too-large']);
});
