/** Bytes of a CSV file, whoever wrote them, as text: spreadsheets differ in encoding and delimiter by country. */
import { isUtf8 } from 'node:buffer';

export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Best first: where two fit a line equally well, the earlier one counts. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
const CHUNK_BYTES = 64 * 1024;
const FIRST_LINE_BYTES = 4 * 1024;

/** By its mark; else UTF-8 when it is, else what older spreadsheets of Western Europe write. */
export function encodingOf(bytes: Uint8Array): CsvEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** The text without its mark, in pieces. A piece never ends within a character. */
export function* decodeCsv(bytes: Uint8Array, encoding = encodingOf(bytes)): Generator<string> {
  const decoder = new TextDecoder(encoding);
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield decoder.decode(bytes.subarray(start, start + CHUNK_BYTES), { stream: true });
  }
  yield decoder.decode();
}

/**
 * What separates the cells: `sep=…` in the first line, as spreadsheets write it, else the delimiter that cuts that line
 * into the most names that `isColumn` knows.
 */
export function delimiterOf(bytes: Uint8Array, isColumn: (name: string) => boolean): string {
  const start = [...decodeCsv(bytes.subarray(0, FIRST_LINE_BYTES), encodingOf(bytes))].join('');
  const line = start.split(/\r\n|[\r\n]/, 1)[0] ?? '';
  const named = SEPARATOR_LINE.exec(line)?.[1];
  if (named !== undefined) return named;
  const known = (delimiter: string): number =>
    line.split(delimiter).filter((cell) => isColumn(cell.replace(/^\s*"|"\s*$/g, ''))).length;
  return DELIMITERS.reduce<string>((best, next) => (known(next) > known(best) ? next : best), DELIMITERS[0]);
}

/** A first line that is no header but names the delimiter. */
export const SEPARATOR_LINE = /^"?sep=(.)"?$/i;
