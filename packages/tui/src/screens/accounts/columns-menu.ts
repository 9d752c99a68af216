import { openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';
import { HIDEABLE } from './account-columns.ts';
import type { AccountsModel } from './accounts-model.ts';

/** Shows columns and leaves them out. Name and state always stay. */
export function openColumns(shell: Shell, model: AccountsModel): void {
  const { hidden } = model.view.get();
  openMenu(shell, {
    title: 'Columns',
    crumb: 'columns',
    entries: HIDEABLE.map((title) => ({
      title: `${hidden.has(title) ? '[ ]' : '[x]'} ${title}`,
      aside: hidden.has(title) ? 'left out' : 'shown where there is room',
      run: () => model.toggleColumn(title),
    })),
  });
}
