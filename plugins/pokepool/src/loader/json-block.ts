import type { Findings } from './findings.ts';
import { createJsonReader } from './json.ts';
import type { Line } from './lines.ts';

/** JSON among lines of other kinds may be so long; beyond, it was none. */
const MAX_LINES = 20_000;
const MAX_LENGTH = 4 * 1024 * 1024;

/** How many brackets a line leaves open, from a line that left `depth` open. Negative: it closes more than there are. */
function depthAfter(text: string, depth: number): number {
  let open = depth;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') open++;
    else if (sign === '}' || sign === ']') open--;
  }
  return open;
}

/** Does a line begin an object or a list that goes on behind it, or a list that ends on it? */
const begins = (text: string): boolean => /^\s*(?:\{\s*(?:$|")|\[\s*(?:$|[{"[]))/.test(text);

/** Reads JSON that stands in a mail or between accounts of other shapes. */
export interface JsonBlock {
  /** Does a line belong to it? */
  wants(text: string): boolean;
  /** Takes such a line. Returns lines that are to be read anew: what began so was no JSON after all. */
  take(line: Line, text: string): readonly Line[];
  /** The file ends: what is not closed. */
  end(): readonly Line[];
}

export function createJsonBlock(findings: Findings): JsonBlock {
  let lines: Line[] = [];
  let depth = 0;
  let length = 0;

  const giveUp = (): readonly Line[] => {
    const given = lines;
    lines = [];
    if (given[0]) findings.rejected(given[0].number, 'malformed-json');
    return given.slice(1);
  };
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  return {
    wants: (text) => lines.length > 0 || begins(text),
    take(line, text) {
      if (lines.length === 0) {
        depth = 0;
        length = 0;
      }
      lines.push(line);
      depth = depthAfter(text, depth);
      length += text.length;
      if (depth > 0 && lines.length < MAX_LINES && length < MAX_LENGTH) return [];
      const whole = lines
        .map((each) => each.text ?? '')
        .join('\n')
        .trim()
        .replace(/[,;]$/, '');
      if (depth !== 0 || !isJson(whole)) return giveUp();
      const reader = createJsonReader(findings, lines[0]?.number);
      reader.push(whole);
      reader.end();
      lines = [];
      return [];
    },
    end: giveUp,
  };
}
