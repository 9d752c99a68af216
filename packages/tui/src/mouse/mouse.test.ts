import { expect, test } from 'vitest';
import { openConsole, type OpenedConsole } from '../testing/open-console.ts';

/** As terminals count: from one on. */
const at = (column: number, row: number, button = 0): string =>
  `\u001b[<${button};${column + 1};${row + 1}M\u001b[<${button};${column + 1};${row + 1}m`;
const WHEEL_DOWN = 65;
const WHEEL_UP = 64;

/** Where a text stands on the screen. */
function placeOf({ terminal }: OpenedConsole, text: string): readonly [column: number, row: number] {
  const row = terminal
    .screen()
    .split('\n')
    .findIndex((line) => line.includes(text));
  return [terminal.line(row).indexOf(text) + 1, row];
}

test('a press takes the pointer to a row, and opens the row it is on', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00010');
  await console.send(at(...placeOf(console, 'user-00010')));
  await console.see(/❯ +user-00010/);
  await console.send(at(...placeOf(console, '   user-00004')));
  await console.see(/❯ +user-00004/);
  // The panel beside the list has its name too.
  await console.send(at(...placeOf(console, '❯   user-00004')));
  await console.see('accounts ❯ user-00004');
});

test('the wheel moves the pointer, in lists and in menus', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00010');
  await console.send(at(10, 10, WHEEL_DOWN), at(10, 10, WHEEL_DOWN), at(10, 10, WHEEL_UP));
  await console.see(/❯ +user-00003/);
  await console.send('?');
  await console.see('Keys');
  await console.send('\u001b', ':');
  await console.see(/❯ all actions/);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send(at(60, 20, WHEEL_DOWN));
  await console.see(/❯ the proxy they/);
});

test('a press on a tab opens it, one on a hint does what it says', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00010');
  await console.send(at(...placeOf(console, '3 Jobs')));
  await console.see('none yet');
  await console.send(at(...placeOf(console, '2 Accounts')));
  await console.see('user-00010');
  await console.send(at(...placeOf(console, '/ filter')));
  await console.see('/regex/');
  await console.send(at(...placeOf(console, 'esc as before')));
  await console.miss('/regex/');
  await console.send(at(...placeOf(console, '? help')));
  await console.see('Keys');
});

test('a press in a menu takes the pointer to the item', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00010');
  await console.send('x');
  await console.see('Retire');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await console.send(at(...placeOf(console, 'Retire')));
  await console.see(/❯ +R +Retire/);
});

test('presses on nothing, other buttons and nonsense change nothing', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  const before = await console.see('user-00010');
  await console.send(at(5, 0), at(119, 20), at(3, 34), at(10, 10, 2), at(10, 10, 35), at(500, 500));
  await console.send('\u001b[<M', '\u001b[<0;0;0M', '\u001b[<0;1M', '\u001b[M !!');
  await console.settle();
  expect(console.terminal.screen()).toBe(before);
});
