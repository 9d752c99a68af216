import type { AccountState } from '../account.ts';

type Data = Readonly<Record<string, unknown>>;

/** An account of the test pool, all of it. */
export interface TestAccount {
  readonly id: string;
  readonly label: string;
  data: Data;
  readonly secrets: Readonly<Record<string, string>>;
  readonly rank: number;
  state: AccountState;
  status: string | null;
  why: string | null;
  order: number;
  fence: number;
  /** The task or owner that has it. */
  holder: string | null;
  dueAt: number | null;
  uses: number;
}
