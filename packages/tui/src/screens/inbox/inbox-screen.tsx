import type { Prompt } from '@muster/api';
import { clamp, edit, editOf } from '@muster/sdk/ui';
import type { Command } from '../../keys/command.ts';
import { listCommands } from '../../keys/list-commands.ts';
import type { Shell } from '../../shell.ts';
import { followRow } from '../../state/follow-row.ts';
import { createStore, type Store } from '../../state/store.ts';
import { sayPrompt } from '../../spoken/describe.ts';
import { itemOf } from '../../spoken/spoken.ts';
import type { Screen } from '../screen.ts';
import type { Key } from '../../terminal/key.ts';
import { createAnswered } from './answered.ts';
import { type InboxState, isTyped } from './inbox-state.ts';
import { InboxView } from './inbox-view.tsx';
import { createPromptPicture } from './prompt-picture.ts';

/** Codes are read from screens and mails: their spaces and dashes mean nothing. */
const cleaned = (prompt: Prompt, text: string): string => (prompt.kind === 'otp' ? text.replace(/[\s-]/g, '') : text.trim());

/** While an answer is typed, letters are letters. */
const TYPING_HINTS = [
  ['enter', 'send'],
  ['esc', 'leave it'],
] as const;

function createInbox(shell: Shell, state: Store<InboxState>) {
  const current = (): Prompt | undefined => {
    const prompts = shell.live.prompts.get();
    const { answer: typing, cursor } = state.get();
    // What is typed belongs to its question, even when another one came before it meanwhile.
    if (typing !== null) return prompts.find(({ id }) => id === typing.prompt);
    return prompts[Math.min(cursor, prompts.length - 1)];
  };
  const answer = async (prompt: Prompt, text: string): Promise<void> => {
    await shell.client.call('answerPrompt', { params: { id: prompt.id }, body: { text } });
    shell.live.prompts.update((prompts) => prompts.filter(({ id }) => id !== prompt.id));
    shell.notices.say(`answered ${prompt.label}`, 'good');
  };
  const send = (prompt: Prompt, text: string): void => {
    state.update((value) => ({ ...value, answer: null }));
    shell.attempt(answer(prompt, text));
  };
  const type = (key: Key): boolean => {
    const typing = state.get().answer;
    if (typing === null) return false;
    const prompt = current();
    if (key.name === 'esc' || !prompt) state.update((value) => ({ ...value, answer: null }));
    else if (key.name === 'enter') {
      const text = cleaned(prompt, typing.edit.text);
      if (text !== '') send(prompt, text);
    } else state.update((value) => ({ ...value, answer: { ...typing, edit: edit(typing.edit, key) ?? typing.edit } }));
    return true;
  };
  return { current, send, type };
}

export function createInboxScreen(shell: Shell): Screen {
  const state = createStore<InboxState>({ cursor: 0, answer: null });
  const inbox = createInbox(shell, state);
  const picture = createPromptPicture(shell);
  const answered = createAnswered(shell);
  const follow = (): void => {
    if (shell.navigation.place().screen === 'inbox') picture.follow(inbox.current());
  };
  const stops = [followRow(shell.live.prompts, state), state.subscribe(follow), shell.live.prompts.subscribe(follow)];
  const moveTo = (index: number): void =>
    state.update((value) => ({ ...value, cursor: clamp(index, 0, Math.max(0, shell.live.prompts.get().length - 1)) }));
  const kindIs = (fits: (prompt: Prompt) => boolean) => (): boolean => {
    const prompt = inbox.current();
    return prompt !== undefined && fits(prompt);
  };
  const reply = (text: string) => (): void => {
    const prompt = inbox.current();
    if (prompt) inbox.send(prompt, text);
  };
  const commands: Command[] = [
    ...listCommands('inbox', { move: (rows) => moveTo(state.get().cursor + rows), moveTo, pageRows: () => 5 }),
    {
      id: 'inbox.answer',
      keys: ['enter', 'right'],
      title: 'type the answer',
      short: 'answer',
      group: 'Act',
      when: kindIs(isTyped),
      headless: () => `muster prompts answer ${inbox.current()?.id ?? '<id>'} <text>`,
      run() {
        const prompt = inbox.current();
        if (prompt) state.update((value) => ({ ...value, answer: { prompt: prompt.id, edit: editOf('') } }));
      },
    },
    {
      id: 'inbox.yes',
      keys: ['y'],
      title: 'yes',
      short: 'yes',
      group: 'Act',
      when: kindIs(({ kind }) => kind === 'confirm'),
      run: reply('yes'),
    },
    {
      id: 'inbox.no',
      keys: ['n'],
      title: 'no',
      short: 'no',
      group: 'Act',
      when: kindIs(({ kind }) => kind === 'confirm'),
      run: reply('no'),
    },
    {
      id: 'inbox.done',
      keys: ['y'],
      title: 'it is scanned',
      short: 'scanned',
      group: 'Act',
      when: kindIs(({ kind }) => kind === 'qr'),
      run: reply(''),
    },
    {
      id: 'inbox.link',
      keys: ['l'],
      title: 'copy the link for a browser (works over ssh)',
      short: 'link',
      group: 'Act',
      when: kindIs(({ link }) => link !== undefined),
      headless: () => 'muster prompts list',
      run() {
        const link = inbox.current()?.link;
        if (link !== undefined && shell.copy(link)) shell.notices.say('copied: whoever has it can answer this question', 'good');
      },
    },
    {
      id: 'inbox.account',
      keys: ['d'],
      title: 'open the account that asks',
      group: 'Move',
      when: kindIs(({ account }) => account !== null),
      run() {
        const account = inbox.current()?.account;
        if (account) shell.showAccount(account);
      },
    },
    {
      id: 'inbox.job',
      keys: ['o'],
      title: 'open the job that waits',
      short: 'job',
      group: 'Move',
      when: kindIs(() => true),
      run() {
        const prompt = inbox.current();
        if (prompt) shell.navigation.go({ screen: 'jobs', item: prompt.job });
      },
    },
  ];
  return {
    id: 'inbox',
    commands,
    stores: [state, shell.live.prompts, picture.shown],
    crumbs: () => ['inbox', ...[inbox.current()?.label].filter((label) => label !== undefined)],
    status: () => [{ text: ' answers are never written to disk or logs', tone: 'faint' }],
    capture: inbox.type,
    hints: () => (state.get().answer === null ? undefined : TYPING_HINTS),
    enter() {
      const { item } = shell.navigation.place();
      const at = shell.live.prompts.get().findIndex(({ id }) => id === item);
      if (at >= 0) moveTo(at);
      follow();
      answered.refresh();
    },
    spoken() {
      const prompts = shell.live.prompts.get();
      const prompt = inbox.current();
      const { answer: typing, cursor } = state.get();
      if (prompt === undefined) return { place: 'Inbox. Nothing needs you.' };
      if (typing !== null)
        return {
          place: `Answer for ${prompt.label}. Enter sends it, escape leaves it.`,
          typed: { label: 'Answer', text: typing.edit.text },
        };
      const how = isTyped(prompt)
        ? 'Enter types the answer.'
        : prompt.kind === 'confirm'
          ? 'y: yes. n: no.'
          : 'o opens the job that waits.';
      return { place: 'Inbox.', item: `${itemOf(sayPrompt(prompt, shell.now()), cursor, prompts.length)} ${how}` };
    },
    view: (area) => (
      <InboxView
        shell={shell}
        state={state}
        picture={picture.shown}
        answers={answered.answers}
        current={inbox.current}
        {...area}
      />
    ),
    close() {
      answered.close();
      picture.close();
      for (const stop of stops) stop();
    },
  };
}
