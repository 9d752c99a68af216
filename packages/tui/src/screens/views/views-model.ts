import type { PluginInfo, ViewContent, ViewInfo } from '@muster/api';
import { clamp, edit, editOf, type TextEdit } from '@muster/sdk/ui';
import type { Shell } from '../../shell.ts';
import { isHostGone, messageOf } from '../../state/message-of.ts';
import { createPoll } from '../../state/poll.ts';
import { createStore, type Store } from '../../state/store.ts';
import type { Key } from '../../terminal/key.ts';

const EVERY_MS = 1_000;

/** A page of a plugin, perhaps about one account, with parameters. */
export interface ShownView {
  readonly plugin: string;
  readonly view: string;
  readonly account?: { readonly id: string; readonly label: string } | undefined;
  readonly params: Readonly<Record<string, string>>;
}

export interface ViewsState {
  readonly content: ViewContent | null;
  readonly problem: string;
  /** Lines above the first that is seen; negative: stay at the end, where logs grow. */
  readonly scroll: number;
  /** The line to type into, while it is typed into. */
  readonly typing: TextEdit | null;
  /** Where one came from by choices of the page. */
  readonly before: readonly ShownView['params'][];
}

export interface ViewsModel {
  readonly state: Store<ViewsState>;
  readonly shown: () => ShownView | undefined;
  readonly info: () => ViewInfo | undefined;
  readonly scrollBy: (lines: number) => void;
  readonly scrollTo: (line: number) => void;
  /** What the view last measured: lines in all, and lines in sight. */
  readonly measured: (lines: number, height: number) => void;
  readonly choose: (params: ShownView['params']) => void;
  /** Back through choices; false where there is none. */
  readonly back: () => boolean;
  readonly type: () => void;
  readonly typeKey: (key: Key) => boolean;
  readonly refresh: () => void;
  readonly close: () => void;
}

/** What a place of the navigation names: `plugin.view`, or `plugin.view/account`. */
export function createViewsModel(shell: Shell): ViewsModel {
  const { client, navigation } = shell;
  const start: ViewsState = { content: null, problem: '', scroll: 0, typing: null, before: [] };
  const state = createStore<ViewsState>(start);
  let size = { lines: 0, height: 0 };
  let item: string | undefined;
  let params: ShownView['params'] = {};

  const shown = (): ShownView | undefined => {
    const place = navigation.place();
    const parsed = place.screen === 'views' ? parsePlace(place.item) : undefined;
    return parsed && { ...parsed, params };
  };
  const pluginOf = (id: string): PluginInfo | undefined => shell.live.plugins.get().find((one) => one.id === id);
  const poll = createPoll(shell, {
    everyMs: EVERY_MS,
    isShown: () => navigation.place().screen === 'views' && shown() !== undefined,
    async ask(signal) {
      const now = shown();
      if (!now) return;
      const query = { ...now.params, ...(now.account && { account: now.account.id }) };
      const content = await client.call('readView', { params: { plugin: now.plugin, view: now.view }, query }, signal);
      if (signal.aborted) return;
      state.update((before) => {
        const same = JSON.stringify(before.content) === JSON.stringify(content);
        // A page with a line to type into is a conversation: its end is what matters.
        const scroll = before.content === null && content.say ? -1 : before.scroll;
        return same && before.problem === '' ? before : { ...before, content, problem: '', scroll };
      });
    },
    failed(thrown) {
      if (!isHostGone(thrown)) state.update((before) => ({ ...before, problem: messageOf(thrown) }));
    },
  });
  const show = (next: ShownView['params'], before: ViewsState['before']): void => {
    params = next;
    state.set({ ...start, before });
    poll.start();
  };
  const last = (): number => Math.max(0, size.lines - size.height);
  const scrollTo = (line: number): void =>
    state.update((before) => ({ ...before, scroll: line >= last() ? -1 : clamp(line, 0, last()) }));

  const send = async (text: string): Promise<void> => {
    const { content } = state.get();
    const now = shown();
    if (!content?.say || !now) return;
    const { action, field, input = {} } = content.say;
    const scope = pluginOf(now.plugin)?.actions.find(({ name }) => name === action)?.scope;
    const selection = scope === 'account' && now.account ? { selection: { ids: [now.account.id] } } : {};
    await client.call('runAction', {
      params: { plugin: now.plugin, action },
      body: { ...selection, input: { ...input, [field]: text } },
    });
    poll.start();
  };

  return {
    state,
    shown,
    info() {
      const now = shown();
      return now && pluginOf(now.plugin)?.views.find(({ name }) => name === now.view);
    },
    scrollBy(lines) {
      const { scroll } = state.get();
      scrollTo((scroll < 0 ? last() : scroll) + lines);
    },
    scrollTo,
    measured: (lines, height) => void (size = { lines, height }),
    choose: (next) => show(next, [...state.get().before, params]),
    back() {
      const { before } = state.get();
      const previous = before.at(-1);
      if (!previous) return false;
      show(previous, before.slice(0, -1));
      return true;
    },
    type: () => state.update((before) => ({ ...before, typing: before.typing ?? editOf(''), scroll: -1 })),
    typeKey(key) {
      const { typing } = state.get();
      if (typing === null) return false;
      if (key.name === 'esc') state.update((before) => ({ ...before, typing: null }));
      else if (key.name === 'enter') {
        const text = typing.text.trim();
        if (text === '') return true;
        // Kept when it could not be sent: nobody types it twice.
        state.update((before) => ({ ...before, typing: editOf('') }));
        send(text).catch((thrown: unknown) => {
          shell.notices.problem(thrown);
          state.update((before) => ({ ...before, typing: before.typing?.text === '' ? editOf(text) : before.typing }));
        });
      } else state.update((before) => ({ ...before, typing: edit(typing, key) ?? typing }));
      return true;
    },
    refresh() {
      const { item: now } = navigation.place();
      if (now === item) return poll.start();
      item = now;
      show({}, []);
    },
    close: poll.close,
  };
}

const PLACE = /^([^./]+)\.([^./]+)(?:\/([^/]+)\/(.*))?$/s;

/** The place of a page in the navigation. */
export const viewPlace = (plugin: string, view: string, account?: { readonly id: string; readonly label: string }): string =>
  `${plugin}.${view}${account ? `/${account.id}/${account.label}` : ''}`;

function parsePlace(item: string | undefined): Omit<ShownView, 'params'> | undefined {
  const [, plugin, view, id, label = ''] = PLACE.exec(item ?? '') ?? [];
  if (plugin === undefined || view === undefined) return undefined;
  return { plugin, view, ...(id !== undefined && { account: { id, label } }) };
}
