/** The columns of the course file: what an export writes and an import reads, so that the one fits the other. */
import { guardCell, unguardCell } from '../../runtime/spreadsheet-cell.js';
import { isCategoryId } from '../../runtime/ids.js';
import type { CourseRecord, MappingOrigin, RowProblem } from '../../store/ports.js';
import type { WantedRow } from '../changes/stage-changes.js';

/** In the order of the file. Only `course_key` must be there, and one of the two that name a category. */
export const CSV_COLUMNS = [
  'course_key',
  'course_title',
  'course_label',
  'category_id',
  'category',
  'origin',
  'problem',
  'last_launch',
] as const;
export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** Cells of one line by column; a column that the file lacks is absent. */
export type CsvCells = Partial<Record<CsvColumn, string>>;

/** In `category_id` or `category`: the course shall have no category. An empty cell leaves the course as it is. */
export const NO_CATEGORY = '-';

const ORIGINS: readonly MappingOrigin[] = ['manual', 'automatic', 'inherited', 'matched', 'rule'];
const MAX_KEY_LENGTH = 512;
const MAX_TEXT_LENGTH = 500;
const SHOWN_LENGTH = 100;

const OTHER_NAMES = new Map<string, CsvColumn>(
  Object.entries({
    key: 'course_key',
    course: 'course_key',
    course_id: 'course_key',
    title: 'course_title',
    label: 'course_label',
    categoryid: 'category_id',
    category_full_name: 'category',
    category_path: 'category',
  }),
);

/** The column that a header cell means, whatever its capitals and spaces. */
export function columnOf(header: string): CsvColumn | undefined {
  const name = header
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return CSV_COLUMNS.find((column) => column === name) ?? OTHER_NAMES.get(name);
}

/** One line of an export. */
export function toCells({ mapping, ...course }: CourseRecord): string[] {
  const cells: Record<CsvColumn, string | undefined> = {
    course_key: course.courseKey,
    course_title: course.title,
    course_label: course.label,
    category_id: mapping?.categoryId,
    category: mapping?.categoryFullName,
    origin: mapping?.origin,
    problem: course.problem,
    last_launch: course.lastLaunchAtMs === undefined ? undefined : new Date(course.lastLaunchAtMs).toISOString(),
  };
  return CSV_COLUMNS.map((column) => guardCell(cells[column] ?? ''));
}

/** What a line of a file asks for, with everything that is wrong with it. `problem` and `last_launch` only inform. */
export function toWantedRow(row: number, cells: CsvCells): WantedRow {
  const problems: RowProblem[] = [];
  const say = (column: CsvColumn, problem: string, value?: string): void => {
    problems.push({ column, problem, ...(value === undefined ? {} : { value: value.slice(0, SHOWN_LENGTH) }) });
  };
  const text = (column: CsvColumn, maxLength = MAX_TEXT_LENGTH): string => {
    const value = unguardCell((cells[column] ?? '').trim());
    if (value.length > maxLength) say(column, 'too-long', value);
    else if (/\0|\p{Cs}/u.test(value)) say(column, 'unreadable');
    else return value;
    return '';
  };

  const courseKey = text('course_key', MAX_KEY_LENGTH);
  if (courseKey === '' && problems.length === 0) say('course_key', 'missing');
  const courseTitle = text('course_title');
  const courseLabel = text('course_label');
  const categoryId = text('category_id');
  const category = text('category');
  const origin = text('origin').toLowerCase();

  // Beside an id, a dash is a category of that name.
  const removes = categoryId === NO_CATEGORY || (categoryId === '' && category === NO_CATEGORY);
  if (removes && category !== '' && category !== NO_CATEGORY) {
    say('category', 'both', category);
  } else if (categoryId !== '' && categoryId !== NO_CATEGORY && !isCategoryId(categoryId)) {
    say('category_id', 'not-an-id', categoryId);
  }
  const known = ORIGINS.find((candidate) => candidate === origin);
  if (origin !== '' && known === undefined) say('origin', 'unknown-word', origin);

  const target = {
    ...(isCategoryId(categoryId) ? { categoryId } : {}),
    ...(category === '' ? {} : { categoryFullName: category }),
  };
  return {
    row,
    courseKey,
    ...(courseTitle === '' ? {} : { courseTitle }),
    ...(courseLabel === '' ? {} : { courseLabel }),
    ...(removes
      ? { to: 'remove' }
      : Object.keys(target).length === 0
        ? {}
        : { to: { ...target, origin: known ?? 'manual' } }),
    ...(problems.length === 0 ? {} : { problems }),
  };
}
