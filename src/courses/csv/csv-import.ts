/** A course file, line by line, as rows to stage. Nothing here changes a mapping. */
import { Readable } from 'node:stream';
import { parse, type CsvError, type Info } from 'csv-parse';
import { AppError } from '../../errors/app-error.js';
import { columnOf, toWantedRow, type CsvCells, type CsvColumn } from './csv-columns.js';
import { decodeCsv, delimiterOf, SEPARATOR_LINE } from './csv-text.js';
import type { WantedRow } from '../changes/stage-changes.js';

export const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Twice the largest campus that is known. */
export const MAX_ROWS = 250_000;
/** More in one row, a quarter of a million cells for example, is a mistake or an attempt to fill the memory. */
const MAX_ROW_CHARACTERS = 1024 * 1024;
const MAX_COLUMNS = 500;

/** How the file was understood, for the preview. */
export interface CourseFile {
  rows: AsyncIterable<WantedRow>;
  /** Bytes: each row's `step` says how many of them are done. */
  total: number;
  /** Header cells that mean nothing here. */
  ignoredColumns: string[];
}

interface ParsedLine {
  info: Info;
  record: string[];
}

/**
 * Opens a file of any common encoding and delimiter. The header is read at once, the rows as they are asked for. A line
 * that can't be read becomes a row with a problem, and the next one goes on.
 *
 * @throws AppError `INPUT_INVALID` for a file without a usable header, and from the rows when there are too many;
 *   `INPUT_TOO_LARGE`
 */
export async function openCourseFile(bytes: Uint8Array): Promise<CourseFile> {
  if (bytes.length > MAX_FILE_BYTES) throw new AppError('INPUT_TOO_LARGE', { details: { maxBytes: MAX_FILE_BYTES } });
  const lines = readLines(bytes);
  const first = await lines.next();
  const header = first.done || 'problem' in first.value ? [] : first.value.record;
  if (header.length > MAX_COLUMNS) {
    throw new AppError('INPUT_INVALID', { reason: `the first line names more than ${MAX_COLUMNS} columns` });
  }
  const columns = header.map(columnOf);
  checkHeader(columns);
  return {
    rows: rowsOf(lines, columns),
    total: bytes.length,
    ignoredColumns: header.filter((name, index) => columns[index] === undefined && name.trim() !== ''),
  };
}

function checkHeader(columns: readonly (CsvColumn | undefined)[]): void {
  const refuse = (reason: string): never => {
    throw new AppError('INPUT_INVALID', { reason });
  };
  if (!columns.includes('course_key')) refuse('the first line must name the columns, one of them course_key');
  if (!columns.includes('category_id') && !columns.includes('category')) {
    refuse('the first line must name a column category_id or category');
  }
  const twice = columns.find((column, index) => column !== undefined && columns.indexOf(column) !== index);
  if (twice) refuse(`the first line names ${twice} twice`);
}

interface SkippedLine {
  line: number;
  bytes: number;
  problem: string;
}
type Line = ParsedLine | SkippedLine;

async function* readLines(bytes: Uint8Array): AsyncGenerator<Line> {
  const unreadable: SkippedLine[] = [];
  const parser = parse({
    delimiter: delimiterOf(bytes, (name) => columnOf(name) !== undefined),
    info: true,
    relax_column_count: true,
    // A stray quote stays in its cell, where it is named, and the next line is read as it should.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      const { lines = 0, bytes: at = 0 } = (error ?? {}) as Partial<Info>;
      unreadable.push({
        line: lines,
        bytes: at,
        problem: error?.code === 'CSV_QUOTE_NOT_CLOSED' ? 'quote-open' : 'unreadable',
      });
      return undefined;
    },
  });
  const source = Readable.from(
    inShortRows(withoutSeparatorLine(decodeCsv(bytes)), () => parser.info.records + parser.info.empty_lines),
  );
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  // The parser is ahead of whoever reads its lines, and tells of those that it skipped at once.
  for await (const line of parser as AsyncIterable<ParsedLine>) {
    const before = unreadable.findIndex((skipped) => skipped.line > line.info.lines);
    yield* unreadable.splice(0, before < 0 ? unreadable.length : before);
    yield line;
  }
  yield* unreadable;
}

/**
 * The same pieces, as long as rows end among them. Throws `INPUT_INVALID`. Between two pieces, requests of this process
 * have their turn.
 *
 * @param rowsRead how many the parser has found the end of
 */
async function* inShortRows(pieces: Iterable<string>, rowsRead: () => number): AsyncGenerator<string> {
  let rows = 0;
  let length = 0;
  for (const piece of pieces) {
    yield piece;
    await new Promise((resolve) => setImmediate(resolve));
    length = rowsRead() === rows ? length + piece.length : 0;
    rows = rowsRead();
    if (length > MAX_ROW_CHARACTERS) {
      const reason = `a row has more than ${MAX_ROW_CHARACTERS} characters; look for a quote that is never closed`;
      throw new AppError('INPUT_INVALID', { reason });
    }
  }
}

/** `sep=;` stays as an empty line, so that the lines keep their numbers. */
function* withoutSeparatorLine(pieces: Iterable<string>): Generator<string> {
  let first = true;
  for (const piece of pieces) {
    const end = first ? piece.search(/\r|\n/) : -1;
    yield end > 0 && SEPARATOR_LINE.test(piece.slice(0, end)) ? piece.slice(end) : piece;
    first = false;
  }
}

async function* rowsOf(
  lines: AsyncIterable<Line>,
  columns: readonly (CsvColumn | undefined)[],
): AsyncGenerator<WantedRow> {
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (count > MAX_ROWS) throw new AppError('INPUT_INVALID', { reason: `the file has more than ${MAX_ROWS} rows` });
    if ('problem' in line) {
      yield { row: line.line, courseKey: '', problems: [{ problem: line.problem }], step: line.bytes };
      continue;
    }
    const { record, info } = line;
    const cells: CsvCells = {};
    for (const [index, column] of columns.entries()) {
      const cell = record[index];
      if (column !== undefined && cell !== undefined) cells[column] = cell;
    }
    const wanted = toWantedRow(info.lines, cells);
    const ragged = record.length !== columns.length ? [{ problem: 'cell-count', value: String(record.length) }] : [];
    const problems = [...ragged, ...(wanted.problems ?? [])];
    yield { ...wanted, ...(problems.length === 0 ? {} : { problems }), step: info.bytes };
  }
}
