import type { RotationBudget } from '@muster/sdk';
import type { WindowBudget } from './rate-window.ts';

const sum = (budgets: readonly RotationBudget[]): RotationBudget => {
  let [limit, left, fullAt] = [0, 0, -Infinity];
  for (const budget of budgets) {
    limit += budget.limit;
    left += budget.left;
    fullAt = Math.max(fullAt, budget.fullAt);
  }
  return { limit, left, fullAt: Math.max(0, fullAt) };
};

/** The same while an account rests until then for another reason. */
export function atRest({ requests, tokens }: WindowBudget, until: number): WindowBudget {
  const rest = (budget: RotationBudget): RotationBudget => ({ ...budget, left: 0, fullAt: Math.max(budget.fullAt, until) });
  return { requests: rest(requests), tokens: tokens && rest(tokens) };
}

/** What all accounts together may still do. */
export function sumOfBudgets(budgets: readonly WindowBudget[]): WindowBudget {
  const tokens = budgets.flatMap((each) => each.tokens ?? []);
  return { requests: sum(budgets.map((each) => each.requests)), tokens: tokens.length === 0 ? null : sum(tokens) };
}
