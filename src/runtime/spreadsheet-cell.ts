/**
 * Cells of files that people open in a spreadsheet, which runs what begins like a formula. The guard is an apostrophe
 * in front; taking it away again gives exactly the text that was there, whatever it was.
 */

/** Full-width forms count too: spreadsheets of East Asian languages read them as the ASCII ones. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^''*[=+\-@\t\r\n＝＋－＠]/;

export const guardCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The opposite of `guardCell`. Text that nobody guarded stays as it is, unless it looks guarded. */
export const unguardCell = (text: string): string => (GUARDED.test(text) ? text.slice(1) : text);
