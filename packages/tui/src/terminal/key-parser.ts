import { splitGraphemes } from '@muster/sdk/ui';
import { type Key, named, typed } from './key.ts';
import { controlKey, sequenceKey } from './key-names.ts';

const ESC = '\u001b';
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/* eslint-disable no-control-regex -- terminals speak in control characters */
const CSI = /^\u001b\[(?:\[[A-E]|M[\s\S]{3}|[0-?]*[ -/]*[@-LN-Z\\-~]|[0-?]+[ -/]*M)/;
const CSI_PART = /^\u001b\[(?:\[|M[\s\S]{0,2}|[0-?]*[ -/]*)$/;
const SS3 = /^\u001bO[0-9;]*[A-Za-z]/;
const SS3_PART = /^\u001bO[0-9;]*$/;
/** Replies and messages of the terminal: OSC, DCS, PM, APC, up to their end. */
const MESSAGE = /^\u001b[\]P^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/;
const MESSAGE_PART = /^\u001b[\]P^_][^\u0007\u001b]*\u001b?$/;
const PRINTABLE = /^[^\u0000-\u001f\u007f]+/;
/* eslint-enable no-control-regex */

/** Longest unfinished sequence that is waited for; more than that is nobody's key. */
const LONGEST_PENDING = 4_096;

export interface KeyParser {
  /** The keys in a piece of input. What may be the start of a sequence is kept back. */
  readonly push: (input: string) => Key[];
  /** True while a sequence is unfinished: call `flush` if nothing follows within the time that sequences take to arrive. */
  readonly isPending: () => boolean;
  /** Gives up waiting: a lone ESC is the key Esc; a torn sequence is dropped rather than typed as letters. */
  readonly flush: () => Key[];
}

/**
 * Turns what a terminal sends into keys: many in one piece, one over several pieces, and pastes whole. Alt is not a key here: an ESC
 * before a letter is Esc and the letter, so that keys typed ahead are never swallowed.
 */
export function createKeyParser(): KeyParser {
  let rest = '';
  let paste: string[] | undefined;

  /** Takes one key off the front of `rest`; `undefined` when it needs more input. */
  function takeSequence(keys: Key[]): boolean {
    const whole = CSI.exec(rest) ?? SS3.exec(rest) ?? MESSAGE.exec(rest);
    if (whole) {
      rest = rest.slice(whole[0].length);
      if (whole[0] === PASTE_START) paste = [];
      else keys.push(sequenceKey(whole[0]));
      return true;
    }
    if (rest === ESC || CSI_PART.test(rest) || SS3_PART.test(rest) || MESSAGE_PART.test(rest)) {
      if (rest.length <= LONGEST_PENDING) return false;
      rest = '';
      return true;
    }
    keys.push(named('esc'));
    rest = rest.slice(1);
    return true;
  }

  function takePaste(keys: Key[]): boolean {
    const end = rest.indexOf(PASTE_END);
    if (end >= 0) {
      paste?.push(rest.slice(0, end));
      keys.push({ name: 'paste', text: (paste ?? []).join('') });
      rest = rest.slice(end + PASTE_END.length);
      paste = undefined;
      return true;
    }
    // The end mark itself may come in two pieces.
    const keep = PASTE_END.length - 1;
    if (rest.length > keep) {
      paste?.push(rest.slice(0, -keep));
      rest = rest.slice(-keep);
    }
    return false;
  }

  function takeOne(keys: Key[]): boolean {
    if (paste !== undefined) return takePaste(keys);
    if (rest.startsWith(ESC)) return takeSequence(keys);
    const run = PRINTABLE.exec(rest)?.[0];
    if (run !== undefined) {
      keys.push(...splitGraphemes(run).map(typed));
      rest = rest.slice(run.length);
      return true;
    }
    keys.push(controlKey(rest.charCodeAt(0)));
    rest = rest.slice(1);
    return true;
  }

  return {
    push(input) {
      rest += input;
      const keys: Key[] = [];
      while (rest !== '' && takeOne(keys));
      return keys;
    },
    isPending: () => rest !== '' && paste === undefined,
    flush() {
      const torn = rest;
      rest = '';
      return torn === ESC ? [named('esc')] : [];
    },
  };
}
