import { expect, test } from 'vitest';
import { followRow } from './follow-row.ts';
import { createStore } from './store.ts';

const rowsOf = (ids: string): { id: string }[] => Array.from(ids, (id) => ({ id }));

test('the pointer stays on its row when others come before it, go, or change places', () => {
  const rows = createStore<readonly { id: string }[]>(rowsOf('abc'));
  const state = createStore({ cursor: 0 });
  followRow(rows, state);
  const at = (ids: string): string | undefined => {
    rows.set(rowsOf(ids));
    return rows.get()[state.get().cursor]?.id;
  };
  expect(at('xabc')).toBe('a');
  state.set({ cursor: 3 });
  expect(at('yxabc')).toBe('c');
  expect(at('cab')).toBe('c');
});

test('when its row goes it stays in its place, and at the end when there is none', () => {
  const rows = createStore<readonly { id: string }[]>(rowsOf('abcd'));
  const state = createStore({ cursor: 1 });
  followRow(rows, state);
  rows.set(rowsOf('acd'));
  expect(state.get().cursor).toBe(1);
  rows.set(rowsOf('xacd'));
  expect(rows.get()[state.get().cursor]?.id).toBe('c');
  rows.set(rowsOf('x'));
  expect(state.get().cursor).toBe(0);
  rows.set([]);
  rows.set(rowsOf('new'));
  expect(state.get().cursor).toBe(0);
});

test('nothing is followed after it was ended', () => {
  const rows = createStore<readonly { id: string }[]>(rowsOf('ab'));
  const state = createStore({ cursor: 0 });
  followRow(rows, state)();
  rows.set(rowsOf('xab'));
  expect(state.get().cursor).toBe(0);
});
