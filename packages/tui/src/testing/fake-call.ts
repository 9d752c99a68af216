import type { OperationId } from '@muster/api';

export interface Call {
  readonly operation: OperationId;
  readonly args: {
    readonly params?: Record<string, unknown>;
    readonly query?: Record<string, unknown>;
    readonly body?: Record<string, unknown>;
  };
}

/** What a fake host, or the part of it that is needed for this, says to each question. Tests send what they like: bodies are not checked. */
export type Answers<Part> = Partial<Record<OperationId, (part: Part, args: Call['args']) => unknown>>;
// oxlint-disable-next-line typescript/no-explicit-any -- as above
export const bodyOf = (args: Call['args']): Record<string, any> => args.body ?? {};
