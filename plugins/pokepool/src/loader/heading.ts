import { LEVEL_NAMES, type AccountFields } from './fields.ts';

// `Level 30 accounts:`, `== Stufe 30 ==`, `[L30]`: nothing but a level, and marks that make a heading of it.
const LEVEL = String.raw`(?:accounts?\s+(?:(?:of|at)\s+)?)?(?:${LEVEL_NAMES})[\s.#-]*([1-9]|[1-4]\d|50)\+?(?:[\s-]+(?:ptc[\s-]+)?(?:accounts?|konten|comptes|cuentas|contas|conti))?`;
const ENDS = new RegExp(String.raw`^[#*_\s]*${LEVEL}[*_\s]*:[*_\s]*$`, 'i');
const FRAMED = new RegExp(String.raw`^(?:([=~*#-])\1+\s*${LEVEL}\s*\1+|\[\s*${LEVEL}\s*\])$`, 'i');

/** A heading that tells the level of the accounts below it, up to the next line that is neither an account nor empty. */
export interface Heading {
  /** True when the line is one. */
  read(text: string): boolean;
  /** The account as it stands below the heading; a level of its own counts more. */
  over(fields: AccountFields): AccountFields;
  end(): void;
}

export function createHeading(): Heading {
  let level: number | undefined;
  return {
    read(text) {
      if (text.length > 60 || !/[:=~*#\]-]$/.test(text)) return false;
      const framed = FRAMED.exec(text);
      const digits = ENDS.exec(text)?.[1] ?? framed?.[2] ?? framed?.[3];
      if (digits === undefined) return false;
      level = Number(digits);
      return true;
    },
    over: (fields) => (level === undefined || fields.level !== undefined ? fields : { ...fields, level }),
    end() {
      level = undefined;
    },
  };
}
