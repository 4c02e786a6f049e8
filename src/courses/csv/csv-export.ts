/** All courses of a filter as a file, a page of the store at a time. */
import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../runtime/spreadsheet-cell.js';
import type { CourseFilter, CourseStore, RowProblem, StagedChangeStore } from '../../store/ports.js';
import { CSV_COLUMNS, toCells } from './csv-columns.js';

const PAGE = 500;
/** Spreadsheets take a file without it for one of their own country's encoding. */
const BYTE_ORDER_MARK = '\uFEFF';

const lines = (rows: readonly (readonly string[])[]): string =>
  stringify(rows as string[][], { record_delimiter: 'windows' });

/** RFC 4180 text in pieces, sorted by title. Importing it again changes nothing. */
export async function* exportCourses(courses: Pick<CourseStore, 'list'>, filter: CourseFilter): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lines([CSV_COLUMNS]);
  for (let after: string | undefined; ;) {
    const page = await courses.list({
      ...filter,
      order: 'title',
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    if (page.items.length > 0) yield lines(page.items.map(toCells));
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** The rows of a staged set that can't be applied: one line for each problem. `say` gives the sentence of a problem. */
export async function* exportProblems(
  stagedChanges: Pick<StagedChangeStore, 'rows'>,
  id: string,
  say: (problem: RowProblem) => string,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lines([['row', 'column', 'value', 'problem']]);
  for (let after: number | undefined; ;) {
    const page = await stagedChanges.rows(id, {
      limit: PAGE,
      effects: ['error'],
      ...(after === undefined ? {} : { after }),
    });
    const last = page.at(-1);
    if (!last) return;
    yield lines(
      page.flatMap(({ row, problems }) =>
        problems.map((problem) => [
          String(row),
          problem.column ?? '',
          guardCell(problem.value ?? ''),
          guardCell(say(problem)),
        ]),
      ),
    );
    after = last.row;
  }
}
