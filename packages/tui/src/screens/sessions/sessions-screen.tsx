import type { Shell } from '../../shell.ts';
import { plural } from '../../parts/format.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import { spokenSession } from './session-lines.ts';
import { needsPerson } from './session-looks.ts';
import { sessionsCommands } from './sessions-commands.ts';
import { createSessionsModel } from './sessions-model.ts';
import { SessionsView } from './sessions-view.tsx';

const CHROME_ROWS = 8;

/** Live connections: what state each is in and why, and the code of the one that waits to be scanned. */
export function createSessionsScreen(shell: Shell): Screen {
  const model = createSessionsModel(shell);
  const opened = (): boolean => shell.navigation.place().item !== undefined;
  return {
    id: 'sessions',
    commands: sessionsCommands(shell, model, () => Math.max(1, shell.size.get().height - CHROME_ROWS)),
    stores: [model.view, shell.live.sessions],
    crumbs: () => ['sessions', ...(opened() ? [model.current()?.label ?? '—'] : [])],
    status() {
      const list = shell.live.sessions.get();
      const waiting = list?.sessions.filter(needsPerson).length ?? 0;
      if (list?.usage.near) {
        return [
          { text: ` a limit is close: ${list.usage.open} of ${list.limits.max} sessions; sessions in config.json`, tone: 'warn' },
        ];
      }
      if (waiting > 0)
        return [
          { text: ` ${plural(waiting, 'session')} ${waiting === 1 ? 'waits' : 'wait'} for you: w goes to the next`, tone: 'ask' },
        ];
      return [{ text: ' sessions go on when you leave, and come back after a restart', tone: 'faint' }];
    },
    enter: model.refresh,
    spoken() {
      const rows = model.rows();
      const row = model.current();
      const { challenge } = model.view.get();
      const code = row && challenge?.account === row.account && challenge.kind === 'code' ? `. Code ${challenge.text}` : '';
      return {
        place: `Sessions. ${plural(rows.length, 'session')}.`,
        item: row ? itemOf(`${spokenSession(row, shell.now())}${code}`, model.cursor(), rows.length) : 'nothing here',
      };
    },
    view: (area) => <SessionsView shell={shell} model={model} {...area} />,
    close: model.close,
  };
}
