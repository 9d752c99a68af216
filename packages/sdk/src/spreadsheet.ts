/** What a spreadsheet takes for a formula; signed numbers and telephone numbers are none. */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d .()-]*$))/;
const GUARDED = /^'(?='*[=@\t\r+-])/;

/** Text from outside as a cell of a table for people: with `'` before what a spreadsheet would run. Not for secrets, which other programs read. */
export const spreadsheetText = (text: string): string => (FORMULA.test(text) || GUARDED.test(text) ? `'${text}` : text);

/** The text of such a cell. */
export const fromSpreadsheetText = (cell: string): string => cell.replace(GUARDED, '');
