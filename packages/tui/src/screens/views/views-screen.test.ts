import type { ViewContent } from '@muster/api';
import { describe, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from '../../testing/fake-client.ts';
import { openConsole } from '../../testing/open-console.ts';
import { viewLines } from './view-lines.ts';

const PAGE: ViewContent = {
  sections: [
    {
      kind: 'facts',
      title: 'Totals',
      facts: [
        { label: 'created', value: 12_345 },
        { label: 'last error', value: 'no such\nthing', tone: 'bad' },
      ],
    },
    {
      kind: 'table',
      title: 'By centre',
      columns: [
        { key: 'name', title: 'CENTRE' },
        { key: 'count', title: 'COUNT', align: 'right' },
      ],
      rows: [
        { name: 'Algiers', count: 7 },
        { name: 'Oran', count: null },
      ],
    },
    {
      kind: 'bars',
      title: 'Today',
      bars: [
        { label: 'used', value: 3, of: 10 },
        { label: 'left', value: 7, of: 10, tone: 'good' },
      ],
    },
    { kind: 'spark', title: 'Per hour', values: [0, 1, 2, 8] },
    { kind: 'log', title: 'Said', lines: [{ at: 1_000, from: 'ann', text: 'hello\u001b[31m there' }] },
  ],
};

const textOf = (content: ViewContent, width: number): string[] =>
  viewLines(content, { width, now: 2_000 }).map((spans) =>
    spans.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
  );

function hostWith(about: 'plugin' | 'account', page: (query: Readonly<Record<string, unknown>>) => ViewContent): FakeHost {
  const host = createFakeHost({ accounts: 5 });
  host.plugins = host.plugins.map((plugin) => ({ ...plugin, views: [{ name: 'stats', title: 'Statistics', about }] }));
  host.pages['demo.stats'] = page;
  return host;
}

describe('a page as lines', () => {
  test('has each kind of section, one line each, and nothing that steers a terminal', () => {
    const lines = textOf(PAGE, 60);
    expect(lines).toContain(' created     12 345');
    expect(lines).toContain(' last error  no such thing');
    expect(lines).toContain(' Algiers      7');
    expect(lines.find((line) => line.startsWith(' used'))).toMatch(/█+░+ +3\/10$/);
    expect(lines).toContain(' ▁▂▃█');
    expect(lines.find((line) => line.includes('ann'))).toContain('hello');
    expect(lines.join('')).not.toContain('\u001b');
  });

  test('keeps every table within the width, the widest column giving way', () => {
    const rows = [{ name: 'x'.repeat(200), count: 'y'.repeat(30) }];
    const table = {
      kind: 'table' as const,
      columns: [
        { key: 'name', title: 'N' },
        { key: 'count', title: 'C' },
      ],
      rows,
    };
    for (const width of [20, 40, 80]) {
      for (const line of textOf({ sections: [table] }, width)) expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});

describe('the screen of pages', () => {
  test('V on a provider opens its page, which is asked for anew while it is looked at', async () => {
    let count = 1;
    const host = hostWith('plugin', () => ({ sections: [{ kind: 'facts', facts: [{ label: 'created', value: count }] }] }));
    await using console = await openConsole({ host, screen: 'plugins' });
    await console.send('V');
    await console.see('❯ demo ❯ Statistics');
    await console.see(/created +1/);
    count = 2;
    await console.see(/created +2/);
  });

  test('the palette knows pages by name', async () => {
    const host = hostWith('plugin', () => PAGE);
    await using console = await openConsole({ host });
    await console.send(':', 'statist');
    await console.see('Demo: Statistics');
    await console.send('\r');
    await console.see('Algiers');
  });

  test('V on an account opens the page about it; a long one scrolls', async () => {
    const host = hostWith('account', ({ account }) => ({
      sections: [
        { kind: 'log', lines: Array.from({ length: 200 }, (_, at) => ({ at: 1_000, text: `${String(account)} line ${at}` })) },
      ],
    }));
    await using console = await openConsole({ host, screen: 'accounts' });
    await console.see('user-00000');
    await console.send('V');
    await console.see(/a0 line 0/);
    await console.see(/more below/);
    await console.send('G');
    await console.see(/a0 line 199/);
    await console.send('g', 'j');
    await console.see(/a0 line 1\b/);
    await console.miss(/a0 line 0\b/);
  });

  test('a line is typed and starts the action with it; what cannot be sent is kept', async () => {
    const said: string[] = [];
    const host = hostWith('account', () => ({
      sections: [{ kind: 'log', lines: said.map((text, at) => ({ at, from: 'me', text })) }],
      say: { label: 'Message', action: 'check', field: 'text', input: { to: '123' } },
    }));
    await using console = await openConsole({ host, screen: 'accounts' });
    await console.see('user-00000');
    await console.send('V');
    await console.see('s types here');
    await console.send('s', 'good morning');
    await console.see('good morning');
    said.push('good morning');
    await console.send('\r');
    await console.see(/me good morning/);
    expect(host.calls.filter(({ operation }) => operation === 'runAction').map(({ args }) => args)).toMatchObject([
      {
        params: { plugin: 'demo', action: 'check' },
        body: { selection: { ids: ['a0'] }, input: { to: '123', text: 'good morning' } },
      },
    ]);
    await console.send('q');
    await console.see(/ q/);
    host.gone = true;
    await console.send('\r');
    await console.see(/No host answers|lost the host/);
    await console.see(/Message[^]* q/);
  });

  test('choices lead on, and esc leads back', async () => {
    const host = hostWith('plugin', ({ chat }) => ({
      sections: [{ kind: 'facts', facts: [{ label: 'chat', value: typeof chat === 'string' ? chat : 'none' }] }],
      choices: [
        { title: 'Ann', params: { chat: 'ann' } },
        { title: 'Ben', params: { chat: 'ben' } },
      ],
    }));
    await using console = await openConsole({ host, screen: 'plugins' });
    await console.send('V');
    await console.see(/chat +none/);
    await console.send('c');
    await console.see('Look at');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await console.send('j', '\r');
    await console.see(/chat +ben/);
    await console.see('❯ ben');
    await console.send('\x1b');
    await console.see(/chat +none/);
    await console.send('\x1b');
    await console.see('stops nothing else');
  });

  test('a page that fails says why and keeps what it showed', async () => {
    let broken = false;
    const host = hostWith('plugin', () => {
      if (broken) throw new Error('the site is away');
      return PAGE;
    });
    await using console = await openConsole({ host, screen: 'plugins' });
    await console.send('V');
    await console.see('Algiers');
    broken = true;
    await console.see('the site is away');
    await console.see('Algiers');
  });
});
