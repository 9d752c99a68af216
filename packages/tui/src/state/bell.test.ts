import type { Prompt } from '@muster/api';
import { expect, test } from 'vitest';
import { createBell } from './bell.ts';
import { DEFAULT_LOOK, type Look } from './look.ts';
import { createStore } from './store.ts';

const prompt = (id: string): Prompt => ({
  id,
  kind: 'otp',
  title: 'Code?',
  plugin: 'demo',
  job: 'j',
  task: 't',
  account: null,
  label: 'anna',
  text: null,
  hasImage: false,
  createdAt: 0,
  expiresAt: 1,
});

test('the bell rings once for each new question, and not when it is switched off', async () => {
  const prompts = createStore<readonly Prompt[]>([prompt('old')]);
  const look = createStore<Look>(DEFAULT_LOOK);
  let rings = 0;
  const stop = createBell({ prompts, look, ready: Promise.resolve(), ring: () => (rings += 1) });
  await Promise.resolve();
  prompts.set([prompt('old')]);
  expect(rings).toBe(0);
  prompts.set([prompt('old'), prompt('one')]);
  prompts.set([prompt('one')]);
  expect(rings).toBe(1);
  prompts.set([prompt('one'), prompt('two'), prompt('three')]);
  expect(rings).toBe(2);
  look.update((value) => ({ ...value, bell: 'off' }));
  prompts.set([prompt('four')]);
  expect(rings).toBe(2);
  stop();
});
