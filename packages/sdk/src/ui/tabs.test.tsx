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
  expect(draw(80)).toMatch(
    /^ {2}0Home {2}1 Accounts {2}2Jobs {2}3Ses {2}4Pool {2}5Gat {2}6Pro {2}7Inbo·3 {2}8Logs {2}9Plu {2},Set$/,
  );
  expect(draw(70)).toMatch(/^ {2}0Hom {2}1 Accounts {2}2Job/);
  for (let width = 70; width < 140; width++) expect(draw(width)).not.toContain('…');
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
