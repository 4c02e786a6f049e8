import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { exportCourses } from '../../src/courses/csv/csv-export.js';
import { openCourseFile } from '../../src/courses/csv/csv-import.js';
import { guardCell, unguardCell } from '../../src/runtime/spreadsheet-cell.js';
import type { CategoryId, TenantId } from '../../src/runtime/ids.js';
import type { CourseRecord } from '../../src/store/ports.js';

const tenantId = 'tenant' as TenantId;
const awkward = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '=1+1',
    "'=1",
    "''+",
    "'quoted'",
    '-5',
    '@x',
    '"',
    'a,b;c\td',
    'two\nlines',
    'x\r\ny',
    '＝cmd',
    'sep=;',
  ),
);
/** The store keeps text without white space at its ends only by chance; the file takes none either. */
const text = awkward.map((value) => value.trim()).filter((value) => value !== '' && !value.includes('\0'));

const course = fc
  .record({
    courseKey: text,
    title: fc.option(text, { nil: undefined }),
    label: fc.option(text, { nil: undefined }),
    category: fc.option(fc.tuple(fc.integer({ min: 1, max: 4_000_000_000 }), text), { nil: undefined }),
  })
  .map(({ courseKey, title, label, category }): CourseRecord => ({
    tenantId,
    courseKey,
    ...(title === undefined ? {} : { title }),
    ...(label === undefined ? {} : { label }),
    previousKeys: [],
    categoryNames: [],
    seenIn: [],
    firstSeenAtMs: 1,
    ...(category === undefined
      ? {}
      : {
          mapping: {
            tenantId,
            courseKey,
            categoryId: String(category[0]) as CategoryId,
            categoryFullName: category[1],
            origin: 'rule',
            version: 1,
            createdAtMs: 1,
            updatedAtMs: 1,
          },
        }),
  }));

describe('the course file', () => {
  it('reads back exactly what was exported, and no spreadsheet runs any of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(course, { maxLength: 20 }), async (courses) => {
        const pieces: string[] = [];
        const list = () => Promise.resolve({ items: courses });
        for await (const piece of exportCourses({ list }, {})) pieces.push(piece);
        const file = pieces.join('');
        const cells = parse(file, { bom: true }).flat();
        assert.deepEqual(
          cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell)),
          [],
        );

        const read: unknown[] = [];
        const { rows } = await openCourseFile(Buffer.from(file));
        for await (const { step: _step, row: _row, ...row } of rows) read.push(row);
        assert.deepEqual(
          read,
          courses.map(({ courseKey, title, label, mapping }) => ({
            courseKey,
            ...(title === undefined ? {} : { courseTitle: title }),
            ...(label === undefined ? {} : { courseLabel: label }),
            ...(mapping === undefined
              ? {}
              : {
                  to: {
                    categoryId: mapping.categoryId,
                    categoryFullName: mapping.categoryFullName,
                    origin: mapping.origin,
                  },
                }),
          })),
        );
      }),
    );
  });

  it('guards a cell so that taking the guard away gives any text back', () => {
    fc.assert(
      fc.property(awkward, (value) => {
        assert.equal(unguardCell(guardCell(value)), value);
        assert.doesNotMatch(guardCell(value), /^[=+\-@\t\r\n＝＋－＠]/);
      }),
    );
  });
});
