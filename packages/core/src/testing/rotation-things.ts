import type { RequestSlot, RotationLimits, RotationSettings, RotationStrategy } from '@muster/sdk';
import { ACCOUNTS } from '../accounts/account-record.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createRotation, type Rotation } from '../pool/rotation.ts';
import { ROTATION } from '../pool/rotation-record.ts';
import type { Store } from '../ports/store.ts';
import { openRoster, testPlugins, type Roster } from './roster-things.ts';

export type Slot = RequestSlot<Readonly<Record<string, unknown>>>;

export const MINUTE = 60_000;
/** The clock counts whole milliseconds. */
export const GRAIN = 1;
export const plenty: RotationLimits = { limit: 1_000, windowMs: MINUTE, cooldownMs: 0 };
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export const openStore = (): Promise<Store> => openMemoryStore({ collections: [ACCOUNTS, ROTATION] });
export async function open(names: number): Promise<Roster> {
  const roster = await openRoster({ store: await openStore() });
  for (let at = 0; at < names; at += 1) {
    const { id } = await roster.accounts.add('test', { username: `u${at}`, password: `pass-${at}` }, 'local');
    await roster.accounts.edit(id, { priority: at < names / 2 ? 1 : 2 }, 'local');
  }
  return roster;
}
export interface Asked extends Partial<RotationLimits> {
  readonly strategy?: RotationStrategy;
  readonly maxWaiting?: number;
  readonly limitsFor?: NonNullable<RotationSettings['limitsFor']>;
}
export const settingsOf = ({ strategy = 'round-robin', maxWaiting, limitsFor, ...limits }: Asked): RotationSettings => ({
  strategy,
  limits: { ...plenty, ...limits },
  ...(maxWaiting !== undefined && { maxWaiting }),
  ...(limitsFor && { limitsFor }),
});
export const rotate = (roster: Roster, asked: Asked = {}): Promise<Rotation> =>
  createRotation(
    { ...roster, plugins: testPlugins(), secretOf: (record, field) => roster.accounts.secretOf(record, field) },
    { plugin: 'test', settings: settingsOf(asked) },
  );
export const end = (slot: Slot | undefined): string => {
  slot?.sent();
  slot?.finish({ kind: 'used' });
  return slot?.account.label ?? '-';
};
export const use = (rotation: Rotation): string => end(rotation.pick());
export const uses = (rotation: Rotation, count: number): string[] => Array.from({ length: count }, () => use(rotation));
/** Over the claim as well: the journal is written in between. */
export const useAll = async (rotation: Rotation, count: number): Promise<string[]> => {
  const labels: string[] = [];
  for (let at = 0; at < count; at += 1) labels.push(await rotation.acquire().then(end, () => '-'));
  return labels;
};
export const take = (rotation: Rotation): Slot => {
  const slot = rotation.pick();
  if (!slot) throw new Error('Nobody is free.');
  return slot;
};
export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => error,
  );
