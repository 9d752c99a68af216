/** One line of a file, without its end. `text` is undefined where the line was longer than the cap. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

/** Longer lines hold no account; a file without line ends must not fill the memory. */
const MAX_LINE = 64 * 1024;

export interface LineSplitter {
  push(piece: string): Line[];
  end(): Line[];
}

/** Cuts text that arrives in pieces at LF, CRLF and CR. */
export function createLineSplitter(maxLine = MAX_LINE): LineSplitter {
  let number = 0;
  let rest = '';
  let tooLong = false;
  let afterCr = false;

  const finish = (text: string): Line => {
    number++;
    const whole = rest === '' ? text : rest + text;
    const line = { number, text: tooLong || whole.length > maxLine ? undefined : whole };
    rest = '';
    tooLong = false;
    return line;
  };

  return {
    push(piece) {
      let text = piece;
      // A CR at the end of the last piece and the LF that starts this one are one line end.
      if (afterCr && text.startsWith('\n')) text = text.slice(1);
      if (piece !== '') afterCr = piece.endsWith('\r');
      const parts = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
      const last = parts.pop() as string;
      const lines = parts.map(finish);
      if (!tooLong) rest = rest === '' ? last : rest + last;
      if (rest.length > maxLine) {
        tooLong = true;
        rest = '';
      }
      return lines;
    },
    end: () => (rest === '' && !tooLong ? [] : [finish('')]),
  };
}
