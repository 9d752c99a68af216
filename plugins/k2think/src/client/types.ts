/** What is asked, as OpenAI's clients send it; fields that are not named here go through. */
export interface ChatRequestBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown; readonly [field: string]: unknown }[];
  readonly stream?: boolean;
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly [field: string]: unknown;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface ChatCompletion {
  /** Whose answer it is: an id of muster. */
  readonly _accountId: string;
  readonly id: string;
  readonly object: 'chat.completion';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: {
      readonly role: string;
      readonly content: string | null;
      readonly reasoning_content?: string;
      readonly [field: string]: unknown;
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Usage;
  readonly [field: string]: unknown;
}

export interface ChatCompletionChunk {
  /** In the first and the last one. */
  readonly _accountId?: string;
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {
      readonly role?: string;
      readonly content?: string | null;
      readonly reasoning_content?: string;
      readonly [field: string]: unknown;
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Usage | null;
  readonly [field: string]: unknown;
}

/** Figures of the gateway since it was opened. Times are ms since the epoch. */
export interface Stats {
  readonly strategy: string;
  /** In rotation, and of those free to be asked now. */
  readonly accounts: number;
  readonly free: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Requests of the last minute, the oldest second first. */
  readonly perSecond: readonly number[];
  readonly nextAt: number | null;
  readonly counts: Readonly<Record<string, number>>;
}
