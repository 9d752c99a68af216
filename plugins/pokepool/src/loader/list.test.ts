import { describe, expect, test } from 'vitest';
import { readEntries, summary } from './testing.ts';

/** Lines of a list, and what is read of them. */
type Case = readonly [name: string, lines: readonly string[], found: readonly string[]];
const cases = (list: readonly Case[]): void => {
  test.each(list)('%s', async (_, lines, found) => {
    expect(await summary(`${lines.join('\n')}\n`)).toEqual(found);
  });
};
const warnings = async (text: string): Promise<string[]> =>
  (await readEntries(text)).flatMap((entry) => (entry.kind === 'warning' ? [`${entry.line} ${entry.reason}`] : []));

describe('lists without a header', () => {
  cases([
    ['every separator', ['a1,p1', 'b1;p2', 'c1:p3', 'd1\tp4', 'e1|p5'], ['a1|p1', 'b1|p2', 'c1|p3', 'd1|p4', 'e1|p5']],
    ['blanks around them', [' a1 , p1 ', 'b1 | p2', '  c1  :  p3'], ['a1|p1', 'b1|p2', 'c1|p3']],
    [
      'the first separator parts, the rest is the password',
      ['a1:p:1', 'b1,p,2', 'c1:p|3', 'd1::4'],
      ['a1|p:1', 'b1|p,2', 'c1|p|3', 'd1|:4'],
    ],
    ['one separator before the user name', [':a1:p1', ',b1,p2', '|c1|p3'], ['a1|p1', 'b1|p2', 'c1|p3']],
    ['a comma left at the end', ['a1:p1,', 'b1,p2,,'], ['a1|p1', 'b1|p2']],
    ['another separator at the end stays, unless every line ends so', ['a1;p1;', 'b1;p2'], ['a1|p1;', 'b1|p2']],
    ['every line ends with its separator', ['a1;p1;', 'b1;p2;'], ['a1|p1', 'b1|p2']],
    ['a provider counts when two fields follow', ['ptc,a1,p1', 'GOOGLE:b1:p2', 'ptc,p3'], ['a1|p1', 'google|b1|p2', 'ptc|p3']],
    ['a provider at the end when most have it', ['a1,p1,ptc', 'b1,p2,google'], ['a1|p1', 'google|b1|p2']],
    ['a provider at the end of one is part of its password', ['a1,p1,ptc', 'b1,p2'], ['a1|p1,ptc', 'b1|p2']],
    ['user names that begin like a provider', ['ptcuser1:p1', 'googlefan,p2'], ['ptcuser1|p1', 'googlefan|p2']],
    [
      'quoted fields',
      ['a1,"p,1"', '"b1","p""2"', 'ptc,"c1","p 3"', 'd1,"p4",', 'e1:"p5"'],
      ['a1|p,1', 'b1|p"2', 'c1|p 3', 'd1|p4', 'e1|p5'],
    ],
    ['quotes inside a password', ['a1:p"1', 'b1,2"'], ['a1|p"1', 'b1|2"']],
    ['only user names', ['a1', 'b1'], ['a1|-', 'b1|-']],
    ['passwords that look like formulas', ['a1,=p1', 'b1,+p2', 'c1,@p3', 'd1,-p4'], ['a1|=p1', 'b1|+p2', 'c1|@p3', 'd1|-p4']],
    ['comments at the start of a line only', ['# x', '// y', 'a1,#p1', 'b1,//p2'], ['a1|#p1', 'b1|//p2']],
    [
      'rows of Monocle without their header',
      ['a1,p1,ptc,"iPhone9,1",10.2.1,2f0c', 'b1,p2,google,,,', 'ptc,c1,p3,iPhone,9.1,aa'],
      ['a1|p1|model=iPhone9,1|ios=10.2.1|deviceId=2f0c', 'google|b1|p2', 'c1|p3|model=iPhone|ios=9.1|deviceId=aa'],
    ],
    [
      'bullets and numbers',
      ['1. a1:p1', '2) b1:p2', '- c1:p3', '> d1:p4', '• e1:p5'],
      ['a1|p1', 'b1|p2', 'c1|p3', 'd1|p4', 'e1|p5'],
    ],
  ]);
  test('user names alone are loaded with a warning', async () => {
    expect(await warnings('a1\nb1\n')).toEqual(['1 no-password']);
  });
});

describe('levels and emails after the password', () => {
  cases([
    [
      'a level that four of five lines have',
      ['a1:p1:30', 'b1:p2:31', 'c1:p3:1', 'd1:p4:50', 'e1:p5'],
      ['a1|p1|level=30', 'b1|p2|level=31', 'c1|p3|level=1', 'd1|p4|level=50', 'e1|p5'],
    ],
    [
      'a level that fewer have is part of the password',
      ['a1:p1:30', 'b1:p2:31', 'c1:p3:1', 'd1:p4'],
      ['a1|p1:30', 'b1|p2:31', 'c1|p3:1', 'd1|p4'],
    ],
    ['numbers beyond 50 are no levels', ['a1:p1:51', 'b1:p2:99', 'c1:p3:007'], ['a1|p1:51', 'b1|p2:99', 'c1|p3:007']],
    [
      'a level in words needs no company',
      ['a1:p1:L30', 'b1:p2', 'c1:p3 (Lvl 31)', 'd1:p4 | Level: 5', 'e1:p5 - level 7', 'f1,p6,lv.8', 'g1:p7 [L9]'],
      ['a1|p1|level=30', 'b1|p2', 'c1|p3|level=31', 'd1|p4|level=5', 'e1|p5|level=7', 'f1|p6|level=8', 'g1|p7|level=9'],
    ],
    ['letters that end a password are no level', ['a1:p1L30', 'b1:xlvl30', 'c1:L30'], ['a1|p1L30', 'b1|xlvl30', 'c1|L30']],
    ['nor is half a pair of brackets', ['a1:p1[L30', 'b1:p2(lvl5', 'c1:p3'], ['a1|p1[L30', 'b1|p2(lvl5', 'c1|p3']],
    [
      'a level before the account',
      ['[L30] a1:p1', 'Level 31 - b1:p2', 'L5 c1:p3'],
      ['a1|p1|level=30', 'b1|p2|level=31', 'c1|p3|level=5'],
    ],
    ['a level after a provider', ['ptc,a1,p1,30', 'ptc,b1,p2,31'], ['a1|p1|level=30', 'b1|p2|level=31']],
    ['an email that most have', ['a1:p1:a@x.test', 'b1:p2:b@x.test'], ['a1|p1|email=a@x.test', 'b1|p2|email=b@x.test']],
    [
      'an email and a level',
      ['a1:p1:a@x.test:30', 'b1:p2:b@x.test:31'],
      ['a1|p1|level=30|email=a@x.test', 'b1|p2|level=31|email=b@x.test'],
    ],
    [
      'an email before the password (KinanCity)',
      ['a1;a@x.test;p1;1990-01-02;GB', 'b1;b@x.test;p2'],
      ['a1|p1|email=a@x.test', 'b1|p2|email=b@x.test'],
    ],
    ['an email of one line is part of its password', ['a1:p1:a@x.test', 'b1:p2'], ['a1|p1:a@x.test', 'b1|p2']],
  ]);
  test('what could be a level or an email is told once', async () => {
    expect(await warnings('a1:p1\nb1:p2:30\nc1:p3:31\nd1:p4:d@x.test\n')).toEqual([
      '2 ambiguous-level-suffix',
      '4 ambiguous-email-suffix',
    ]);
  });
});

describe('what is not understood is refused with its line', () => {
  cases([
    [
      'fields that are empty',
      ['ptc,,p1', 'ptc,b1,', ':p3', 'd1:', 'e1:p5'],
      ['!1 empty-username', '!2 empty-password', '!3 empty-username', '!4 empty-password', 'e1|p5'],
    ],
    [
      'blanks inside',
      ['a1:p 1', 'b 1:p2', 'c1:p3 # note', 'ptc,d1,p 4'],
      ['!1 whitespace-in-password', '!2 whitespace-in-username', '!3 whitespace-in-password', '!4 whitespace-in-password'],
    ],
    ['a line without a separator', ['a1:p1', 'lonely', 'heron Reed4lake'], ['a1|p1', '!2 no-password', '!3 no-separator']],
    ['the same account again, whatever the case', ['a1:p1', 'A1:p2', 'google:a1:p3'], ['a1|p1', '!2 duplicate', 'google|a1|p3']],
    ['quotes that do not fit', ['a1,"p1"x', 'b1,"p2', 'c1,p3'], ['!1 malformed-quotes', '!2 unbalanced-quote', 'c1|p3']],
    ['text after a quoted password', ['a1,"p1",foo', 'b1:p2'], ['!1 not-understood', 'b1|p2']],
    [
      'characters that nobody can type',
      ['a\u001b[31m:p1', 'b\u200b1:p2', 'c1:p\ufffd', 'd1:p4'],
      ['!1 unreadable-character', '!2 unreadable-character', '!3 unreadable-character', 'd1|p4'],
    ],
    [
      'values of more than a thousand characters',
      [`a1:${'x'.repeat(1_001)}`, `b1:${'x'.repeat(1_000)}`],
      ['!1 value-too-long', `b1|${'x'.repeat(1_000)}`],
    ],
    ['lines longer than the cap', [`a1:${'x'.repeat(70_000)}`, 'b1:p2'], ['!1 line-too-long', 'b1|p2']],
  ]);
});

describe('prose around the accounts', () => {
  cases([
    [
      'a greeting is no account',
      [
        'Hello, thanks for your purchase!',
        'Hi, John',
        'Your order is being processed: please wait.',
        'Regards, the shop',
        'Selly',
      ],
      [],
    ],
    [
      'labels of a shop are none',
      [
        'Order: 12345',
        'Order ID: 5f3a-22b1',
        'Product: PTC L30 x5',
        'Total: $5.00',
        'Stock: 15',
        'Date: 2018-03-05',
        'Email: buyer@x.test',
        'Format: username:password',
        'heron07:Reed4lake',
        'fern07:Pine3cone',
      ],
      ['heron07|Reed4lake', 'fern07|Pine3cone'],
    ],
    [
      'addresses are none',
      ['https://shop.test/a1b2', 'Visit https://shop.test:8080/x', 'heron07:Reed4lake'],
      ['heron07|Reed4lake'],
    ],
    [
      'a forwarded header is none',
      [
        '---------- Forwarded message ---------',
        'From: "Example Shop" <a@x.test>',
        'Date: Mon, 5 Mar 2018 at 10:00',
        'Subject: Your order',
        '',
        'heron07:Reed4lake',
      ],
      ['heron07|Reed4lake'],
    ],
    [
      'an account inside a sentence is told',
      ['We have for you heron07:Reed4lake', 'fern07:Pine3cone'],
      ['!1 not-understood', 'fern07|Pine3cone'],
    ],
    ['rules and headings', ['=====', 'Accounts:', '-----', 'heron07:Reed4lake'], ['heron07|Reed4lake']],
  ]);
});

describe('labels', () => {
  cases([
    [
      'on one line, in any order and spelling',
      [
        'Username: a1 Password: p1',
        'user: b1 pass: p2 level: 30',
        'Login: c1 | Password: p3',
        'Account: d1, Password: p4',
        'Password=p5;User=e1',
        'Email: f@x.test Username: f1 Password: p6',
      ],
      ['a1|p1', 'b1|p2|level=30', 'c1|p3', 'd1|p4', 'e1|p5', 'f1|p6|email=f@x.test'],
    ],
    [
      'in blocks',
      ['Created new account:', '  Username:  a1', '  Password:  p1', '  Email   :  a@x.test', '', 'Username: b1', 'Password: p2'],
      ['a1|p1|email=a@x.test', 'b1|p2'],
    ],
    ['in blocks without a gap', ['User: a1', 'Pass: p1', 'Level: 30', 'User: b1', 'Pass: p2'], ['a1|p1|level=30', 'b1|p2']],
    ['with the value on the next line', ['Login:', 'a1', 'Password:', 'p1'], ['a1|p1']],
    [
      'as bullets of a text file',
      ['- username: a1', '  password: p1', '  provider: google', '- username: b1', '  password: p2'],
      ['google|a1|p1', 'b1|p2'],
    ],
    [
      'half an account',
      ['Username: a1', 'Username: b1', 'Password: p 2', '', 'Password: p3'],
      ['!1 empty-password', '!2 whitespace-in-password', '!5 empty-username'],
    ],
    [
      'a provider or level that is none',
      ['Username: a1 Password: p1 Provider: other', 'user: b1 pass: p2 level: x'],
      ['!1 unknown-provider', '!2 not-a-level'],
    ],
    ['a heading is no account', ['Your login:', 'a1:p1', 'Login:', 'b1:p2'], ['a1|p1', 'b1|p2']],
    ['what a shop says of the type is no provider', ['Type: instant delivery', 'Username: a1', 'Password: p1'], ['a1|p1']],
  ]);
});

describe('headers', () => {
  cases([
    [
      'any order and spelling',
      ['Level\tPass Word\tUSER_NAME\tauth_service', '30\tp1\ta1\tPTC', '\tp2\tb1\tgoogle'],
      ['a1|p1|level=30', 'google|b1|p2'],
    ],
    [
      'columns that are of no use',
      ['username;password;provider;level;created;last used', 'a1;p1;ptc;30;2018-01-01 10:00;'],
      ['a1|p1|level=30'],
    ],
    [
      'device columns',
      ['username,password,provider,model,iOS,device_id', 'a1,p1,,"iPhone9,1",10.2.1,2f0c'],
      ['a1|p1|model=iPhone9,1|ios=10.2.1|deviceId=2f0c'],
    ],
    [
      'of KinanCity, in a comment',
      ['#username;email;password;dob;country', 'a1;a@x.test;p1;1990-01-02;GB', 'b1;b@x.test;p2'],
      ['a1|p1|email=a@x.test', 'b1|p2|email=b@x.test'],
    ],
    [
      'line ends and separators in quotes',
      ['username,password', 'a1,"p\n1"', 'b1," p,2 "', 'c1,"p""3"'],
      ['a1|p\n1', 'b1| p,2 ', 'c1|p"3'],
    ],
    ['a password in the last column may hold separators', ['user,pass', 'a1,p,1', 'b1,p2'], ['a1|p,1', 'b1|p2']],
    ['an email where no column is the user', ['email,password', 'a@x.test,p1'], ['a@x.test|p1']],
    ['a table with rules', ['| Username | Password | Level |', '|---|---|---|', '| a1 | p1 | 30 |'], ['a1|p1|level=30']],
    [
      'rows that do not fit',
      [
        'username,password,provider,level',
        'a1,p1,other,30',
        'b1,p2,ptc,high',
        'c1,p3,ptc,30,x',
        ',p4,ptc,30',
        'e1,,ptc,30',
        'f1,p 6,ptc,30',
        'g1',
      ],
      [
        '!2 unknown-provider',
        '!3 not-a-level',
        '!4 too-many-columns',
        '!5 empty-username',
        '!6 empty-password',
        '!7 whitespace-in-password',
        '!8 no-password',
      ],
    ],
    [
      'a quote that is never closed costs its own line only',
      ['username,password,provider', 'a1,"p1,ptc', 'b1,p2,ptc'],
      ['!2 unbalanced-quote', 'b1|p2'],
    ],
    ['user:password over a list is only a heading', ['username:password', 'a1:p:x', 'b1:p2:L30'], ['a1|p:x', 'b1|p2|level=30']],
    ['the setting that spreadsheets write', ['sep=;', 'user;pass', 'a1;p1'], ['a1|p1']],
  ]);
});

describe('several shapes in one file', () => {
  cases([
    [
      'glued together',
      [
        'username,password,provider,model,iOS,id',
        'a1,p1,ptc,,,',
        '\ufeffptc,b1,p2',
        'c1:p3',
        '{"username":"d1","password":"p 4"}',
        'Username: e1 Password: p5',
        'f1;p6;f@x.test;1990-01-02;GB;OK;',
        'g1;p7;g@x.test;1990-01-02;GB;ERROR;USERNAME_TAKEN',
      ],
      ['a1|p1', 'b1|p2', 'c1|p3', 'd1|p 4', 'e1|p5', 'f1|p6|email=f@x.test', '!8 kinan-error'],
    ],
    ['a second header', ['user,pass', 'a1,p1', 'pass;user', 'p2;b1'], ['a1|p1', 'b1|p2']],
  ]);
});
