import { renderToString } from 'ink';
import { expect, test } from 'vitest';
import { type Tab, tabAt, Tabs } from './tabs.tsx';

const TITLES = ['Home', 'Accounts', 'Jobs', 'Sessions', 'Pool', 'Gateway', 'Proxies', 'Inbox', 'Logs', 'Plugins', 'Settings'];
const tabs = TITLES.map((title, index): Tab => ({
  id: title,
  key: '0123456789,'[index] as string,
  title,
  badge: title === 'Inbox' ? '3' : '',
}));
const draw = (width: number, active = 'Accounts'): string =>
  renderToString(<Tabs tabs={tabs} active={active} width={width} />, { columns: width });

test('titles are whole where there is room, and are shortened no more than they must', () => {
  expect(draw(140)).toContain(' 9 Plugins  , Settings');
  expect(draw(80)).toMatch(/0Hom {2}1 Accounts {2}2Job {2}3Ses/);
  expect(draw(70)).toMatch(/0Ho {2}1 Accounts {2}2Jo/);
});

test('a column belongs to the tab that is drawn there', () => {
  for (const width of [80, 100, 140])
    for (const active of ['Home', 'Inbox']) {
      const line = draw(width, active);
      for (const tab of tabs) {
        const column = line.indexOf(` ${tab.key}`);
        expect(tabAt({ tabs, active, width }, column + 1)?.id).toBe(tab.id);
      }
      expect(tabAt({ tabs, active, width }, 0)).toBeUndefined();
    }
});
