import assert from 'node:assert/strict';
import { columnOf } from '../../../../src/courses/csv/csv-columns.js';
import { openCourseFile } from '../../../../src/courses/csv/csv-import.js';
import { delimiterOf, encodingOf } from '../../../../src/courses/csv/csv-text.js';
import type { WantedRow } from '../../../../src/courses/changes/stage-changes.js';
import { assertCode } from '../../../support/assert-code.js';

const HEADER = 'course_key,course_title,course_label,category_id,category,origin';

async function read(file: string | Uint8Array): Promise<WantedRow[]> {
  const { rows } = await openCourseFile(typeof file === 'string' ? Buffer.from(file) : file);
  const found: WantedRow[] = [];
  for await (const { step: _step, ...row } of rows) found.push(row);
  return found;
}
const problemsOf = async (line: string): Promise<[string | undefined, string][]> =>
  (await read(`${HEADER}\n${line}\n`)).flatMap(({ problems = [] }) =>
    problems.map(({ column, problem }): [string | undefined, string] => [column, problem]),
  );

describe('a course file', () => {
  it('gives each line with its number, blank lines counted', async () => {
    assert.deepEqual(await read(`${HEADER}\n7,Biology,BIO,15,,\n\n8,Chemistry,CHE,,LTI>site>channels>16,rule\n`), [
      {
        row: 2,
        courseKey: '7',
        courseTitle: 'Biology',
        courseLabel: 'BIO',
        to: { categoryId: '15', origin: 'manual' },
      },
      {
        row: 4,
        courseKey: '8',
        courseTitle: 'Chemistry',
        courseLabel: 'CHE',
        to: { categoryFullName: 'LTI>site>channels>16', origin: 'rule' },
      },
    ]);
  });

  it('leaves a course alone that has no category cell, and removes on a dash', async () => {
    const rows = await read('course_key,category_id\n7,\n8,-\n');
    assert.deepEqual(rows, [
      { row: 2, courseKey: '7' },
      { row: 3, courseKey: '8', to: 'remove' },
    ]);
  });

  it('finds the columns in any order, by their other names too, and names those that it ignores', async () => {
    const file = await openCourseFile(Buffer.from('Category Path;Plays;Course Key\nLTI>a;12;7\n'));
    assert.deepEqual(file.ignoredColumns, ['Plays']);
    for await (const row of file.rows) {
      assert.deepEqual([row.courseKey, row.to], ['7', { categoryFullName: 'LTI>a', origin: 'manual' }]);
    }
  });

  for (const [name, bytes] of Object.entries({
    'UTF-8': Buffer.from('course_key,course_title,category_id\n7,Größe – Übung,15\n'),
    'UTF-8 with a mark': Buffer.from('\uFEFFcourse_key,course_title,category_id\n7,Größe – Übung,15\n'),
    'UTF-16, little end first': Buffer.from(
      '\uFEFFcourse_key\tcourse_title\tcategory_id\n7\tGröße – Übung\t15\n',
      'utf16le',
    ),
    'UTF-16, big end first': Buffer.from(
      '\uFEFFcourse_key\tcourse_title\tcategory_id\n7\tGröße – Übung\t15\n',
      'utf16le',
    ).swap16(),
    'Windows of Western Europe': Buffer.from(
      'course_key;course_title;category_id\r\n7;Gr\u00f6\u00dfe \u0096 \u00dcbung;15\r\n',
      'latin1',
    ),
    'a spreadsheet that names its separator': Buffer.from(
      'sep=|\ncourse_key|course_title|category_id\n7|Größe – Übung|15\n',
    ),
  })) {
    it(`is read whatever wrote it: ${name}`, async () => {
      const rows = await read(bytes);
      assert.deepEqual(
        rows.map(({ courseKey, courseTitle, to }) => [courseKey, courseTitle, to]),
        [['7', 'Größe – Übung', { categoryId: '15', origin: 'manual' }]],
      );
    });
  }

  it('does not take a comma in a title for the delimiter', () => {
    assert.equal(
      delimiterOf(Buffer.from('course_key;"title, label, more";category_id\n'), (name) => columnOf(name) !== undefined),
      ';',
    );
    assert.equal(encodingOf(Buffer.from([0x66, 0xfc])), 'windows-1252');
  });

  it('names what is wrong by line and column', async () => {
    assert.deepEqual(await problemsOf(',T,L,15,,'), [['course_key', 'missing']]);
    assert.deepEqual(await problemsOf('7,T,L,15.0,,'), [['category_id', 'not-an-id']]);
    assert.deepEqual(await problemsOf('7,T,L,0,,'), [['category_id', 'not-an-id']]);
    assert.deepEqual(await problemsOf('7,T,L,-,LTI>a,'), [['category', 'both']]);
    assert.deepEqual(await problemsOf('7,T,L,15,,manuell'), [['origin', 'unknown-word']]);
    assert.deepEqual(await problemsOf(`${'k'.repeat(513)},T,L,15,,`), [['course_key', 'too-long']]);
    assert.deepEqual(await problemsOf('7,a\0b,L,15,,'), [['course_title', 'unreadable']]);
    assert.deepEqual(await problemsOf('7,T,L,15'), [[undefined, 'cell-count']]);
  });

  it('goes on after a line that cannot be read', async () => {
    const rows = await read(`course_key,category_id\n7,"15"x\n8,16\n${'9'.repeat(70_000)},17\n10,18\n`);
    assert.deepEqual(
      rows.map(({ row, courseKey, problems }) => [row, courseKey, problems?.map(({ problem }) => problem)]),
      [
        [2, '7', ['not-an-id']],
        [3, '8', undefined],
        [4, '', ['too-long']],
        [5, '10', undefined],
      ],
    );
  });

  it('says of a quote that never closes where it began to be lost', async () => {
    const rows = await read('course_key,category_id\n7,15\n8,"16\n9,17\n');
    assert.deepEqual(rows[0]?.courseKey, '7');
    assert.deepEqual(
      rows.slice(1).map(({ problems }) => problems?.map(({ problem }) => problem)),
      [['quote-open']],
    );
  });

  it('is refused as a whole without a header that says where course and category stand', async () => {
    for (const [text, reason] of [
      ['', /must name the columns/],
      ['7,15\n8,16\n', /must name the columns/],
      ['course_key,title\n7,x\n', /category_id or category/],
      ['course_key,category_id,key\n7,15,7\n', /names course_key twice/],
    ] as const) {
      const error = await assertCode('INPUT_INVALID', () => openCourseFile(Buffer.from(text)));
      assert.match(error.reason ?? '', reason);
    }
  });

  it('says how many bytes each row has behind it', async () => {
    const bytes = Buffer.from(`course_key,category_id\n${'7,15\n'.repeat(100)}`);
    const { rows, total } = await openCourseFile(bytes);
    let last = 0;
    for await (const { step = 0 } of rows) {
      assert.ok(step > last && step <= total);
      last = step;
    }
    assert.equal(last, total);
  });
});
