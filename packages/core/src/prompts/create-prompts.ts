import { MusterError, safeText } from '@muster/sdk';
import type { PromptRequest } from '@muster/sdk';
import { Subject } from 'rxjs';
import type { Events, Redactor } from '../events/events.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { createPromptImages } from './prompt-images.ts';
import type { PromptRecord } from './prompt-record.ts';
import type { PromptOrigin, Prompts } from './prompts.ts';

const KINDS: readonly PromptRequest['kind'][] = ['qr', 'otp', 'captcha', 'confirm', 'text'];
const DEFAULT_EXPIRY_MS = 600_000;
const MAX_EXPIRY_MS = 7 * 86_400_000;
/** Longer than a code is good for. */
const CODE_MASKED_MS = 15 * 60_000;
const MAX_TITLE = 200;
const MAX_TEXT = 10_000;

export interface PromptsDeps {
  readonly store: Store;
  readonly events: Events;
  readonly redactor: Pick<Redactor, 'addForNow'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Folder of the pictures. */
  readonly directory: string;
  /** Whether anybody will answer; where not, a question fails at once. Default: somebody will. */
  readonly attended?: () => boolean;
}

interface Waiting {
  readonly record: PromptRecord;
  readonly settle: (answer: string | Error) => void;
}

export function createPrompts(deps: PromptsDeps): Prompts {
  const { store, events, redactor, clock, random, attended = () => true } = deps;
  const images = createPromptImages(deps.directory);
  const waiting = new Map<string, Waiting>();
  const changes = new Subject<readonly PromptRecord[]>();

  const list = (): Promise<PromptRecord[]> => store.list<PromptRecord>('prompts', { sort: { by: 'expiresAt' } });
  const changed = async (): Promise<void> => {
    if (changes.observed) changes.next(await list());
  };
  const about = ({ plugin, job, task, account }: PromptOrigin | PromptRecord) => ({
    plugin,
    job,
    task,
    ...(account !== null && { account }),
  });

  async function open(request: PromptRequest, origin: PromptOrigin): Promise<PromptRecord> {
    const id = random.id();
    const now = clock.now();
    const record: PromptRecord = {
      id,
      kind: request.kind,
      title: safeText(request.title, MAX_TITLE),
      ...origin,
      text: request.text ?? null,
      image: request.image ? await images.save(id, request.image) : null,
      createdAt: now,
      expiresAt: now + (request.expiresInMs ?? DEFAULT_EXPIRY_MS),
    };
    try {
      await store.commit([{ insert: 'prompts', document: record }]);
    } catch (error) {
      await removeImage(record);
      throw error;
    }
    return record;
  }

  const removeImage = async ({ image }: PromptRecord): Promise<void> => {
    if (image !== null) await images.remove(image);
  };

  async function close(record: PromptRecord): Promise<void> {
    await removeImage(record);
    await store.commit([{ delete: 'prompts', id: record.id }]);
    await changed();
  }

  /** Until the answer, the deadline or the stop, whichever comes first. */
  function answerOf(record: PromptRecord, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (answer: string | Error): void => {
        waiting.delete(record.id);
        takeBack();
        signal.removeEventListener('abort', stop);
        if (typeof answer === 'string') resolve(answer);
        else reject(answer);
      };
      const stop = (): void => settle(signal.reason as Error);
      const expire = (): void =>
        settle(
          new MusterError('PROMPT_EXPIRED', `${record.label}: nobody answered "${record.title}" in time. Run the task again.`),
        );
      const takeBack = clock.after(record.expiresAt - clock.now(), expire);
      waiting.set(record.id, { record, settle });
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  return {
    change$: changes.asObservable(),

    async ask(request, origin, signal) {
      check(request);
      signal.throwIfAborted();
      if (!attended()) {
        throw new MusterError(
          'PROMPT_UNATTENDED',
          `${origin.label}: "${safeText(request.title, MAX_TITLE)}" needs an answer, and nobody is there.`,
        );
      }
      const record = await open(request, origin);
      const answer = answerOf(record, signal);
      // Waited for below; what comes before it may take longer than the answer.
      answer.catch(() => undefined);
      try {
        await events.record({
          level: 'ask',
          type: 'prompt.asked',
          message: `${record.label}: ${record.title}`,
          ...about(record),
        });
        await changed();
        return await answer;
      } finally {
        await close(record);
      }
    },

    list,

    async answer(id, text, actor) {
      const asked = waiting.get(id);
      if (!asked)
        throw new MusterError('NOT_FOUND', `There is no open question ${id}; it may have been answered, or have expired.`);
      const answer = fitting(asked.record, text);
      // A task may quote a code in what it throws; other answers are words that texts would miss, and so are codes of long ago.
      if (asked.record.kind === 'otp') clock.after(CODE_MASKED_MS, redactor.addForNow(answer));
      asked.settle(answer);
      const { kind, title, label, createdAt } = asked.record;
      await events.record({
        level: 'audit',
        type: 'prompt.answered',
        actor,
        message: `${actor} answered "${title}" of ${label}`,
        ...about(asked.record),
        fields: { kind, label, waitedMs: clock.now() - createdAt },
      });
    },

    async image(id) {
      const record = await store.get<PromptRecord>('prompts', id);
      return record?.image ? images.read(record.image) : undefined;
    },

    async recover() {
      const left = (await list()).filter(({ id }) => !waiting.has(id));
      if (left.length > 0) await store.commit(left.map(({ id }) => ({ delete: 'prompts', id })));
      if (waiting.size === 0) await images.removeAll();
    },
  };
}

function check({ kind, title, text, expiresInMs }: PromptRequest): void {
  const bad = (message: string): never => {
    throw new MusterError('BAD_INPUT', message);
  };
  if (!KINDS.includes(kind)) bad(`kind: a question is one of ${KINDS.join(', ')}, not "${kind as string}".`);
  if (typeof title !== 'string' || title.trim() === '') bad('title: a question needs words.');
  if (text !== undefined && (typeof text !== 'string' || text.length > MAX_TEXT)) bad(`text: at most ${MAX_TEXT} characters.`);
  if (expiresInMs !== undefined && !(Number.isSafeInteger(expiresInMs) && expiresInMs > 0 && expiresInMs <= MAX_EXPIRY_MS)) {
    bad(`expiresInMs: from 1 to ${MAX_EXPIRY_MS} milliseconds, not ${expiresInMs}.`);
  }
}

/** What people type, as the task gets it: without the spaces around; of a confirmation `yes` or `no`. */
function fitting({ kind }: PromptRecord, text: string): string {
  const answer = text.trim();
  if (answer.length > MAX_TEXT) throw new MusterError('BAD_INPUT', `text: an answer has at most ${MAX_TEXT} characters.`);
  if (kind === 'confirm') {
    if (/^(y|yes)$/i.test(answer)) return 'yes';
    if (/^(n|no)$/i.test(answer)) return 'no';
    throw new MusterError('BAD_INPUT', 'text: answer yes or no.');
  }
  // A QR code is scanned elsewhere; what is typed says only that it was.
  if (answer === '' && kind !== 'qr') throw new MusterError('BAD_INPUT', 'text: an answer needs at least one character.');
  return answer;
}
