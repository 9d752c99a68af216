import type { RotationInfo } from '@muster/api';
import { latencyText } from '@muster/sdk';
import { cutMiddle, fit, type Spans } from '@muster/sdk/ui';
import { shortCount, timeOfDay } from '../../parts/format.ts';

export type Request = RotationInfo['recent'][number];

const TIME = 8;
const STATUS = 3;
const TOOK = 7;
const TOKENS = 9;
const LABEL = 10;
const MODEL = 24;
/** From here on the model has room, too. */
const WITH_MODEL = TIME + STATUS + TOOK + TOKENS + 2 * LABEL + MODEL;

const ending = ({ error, tokens }: Request): string => error ?? (tokens === undefined ? '' : `${shortCount(tokens)} tok`);

/** Who served what: when, with which status, how long it took, and what it cost or why it failed. */
export function requestLine(request: Request, width: number): Spans {
  const { at, label, model, status, durationMs, error } = request;
  const bad = status >= 400 || error !== undefined;
  const withModel = width >= WITH_MODEL;
  const rest = width - TIME - STATUS - TOOK - 5 - (withModel ? MODEL + 1 : 0);
  const wide = Math.max(LABEL, rest - TOKENS - 1);
  // A failure is told in words: they take what a short name leaves.
  const named = bad ? Math.max(LABEL, Math.min(wide, rest - ending(request).length - 1)) : wide;
  return [
    { text: ` ${timeOfDay(at)} `, tone: 'faint' },
    { text: `${status === 0 ? '---' : String(status)} `, tone: bad ? 'warn' : 'good' },
    `${fit(cutMiddle(label, named), named)} `,
    ...(withModel ? [{ text: `${fit(model ?? '', MODEL)} `, tone: 'faint' as const }] : []),
    `${latencyText(durationMs).padStart(TOOK)} `,
    bad ? { text: ending(request), tone: 'warn' } : ending(request).padStart(TOKENS),
  ];
}
