/** What whoever uploads a course file could try. */
import assert from 'node:assert/strict';
import { openCourseFile } from '../../src/courses/csv/csv-import.js';
import { assertCode } from '../support/assert-code.js';
import type { SignedIn } from '../support/admin-world.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';

const MEBIBYTE = 1024 * 1024;
const HEADER = 'course_key,category_id\n';

/** How many rows can be read, and how many cannot. */
async function readAll(text: string): Promise<{ readable: number; wrong: number }> {
  const count = { readable: 0, wrong: 0 };
  for await (const { problems } of (await openCourseFile(Buffer.from(text))).rows) {
    count[problems === undefined ? 'readable' : 'wrong'] += 1;
  }
  return count;
}

describe('a course file', function () {
  this.timeout(20_000);

  it('is refused as soon as a row has millions of cells, before they are taken apart', async () => {
    for (const cells of [','.repeat(2 * MEBIBYTE), '"\n",'.repeat(MEBIBYTE), `"${'a\n'.repeat(2 * MEBIBYTE)}`]) {
      await assertCode('INPUT_INVALID', () => readAll(`${HEADER}a,1\n${cells}\nb,2\n`));
      await assertCode('INPUT_INVALID', () => readAll(`course_key,category_id,${cells}\na,1\n`));
    }
    await assertCode('INPUT_INVALID', () => readAll(`course_key,category_id${',x'.repeat(1_000)}\na,1\n`));
  });

  it('lets others have their turn while it is read', async () => {
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    const { readable } = await readAll(HEADER + 'a,1\n'.repeat(200_000));
    clearInterval(others);
    assert.equal(readable, 200_000);
    assert.ok(turns > 3, `${turns} turns`);
  });

  it('is read to its end by a reader that is slow', async () => {
    let rows = 0;
    for await (const { row } of (await openCourseFile(Buffer.from(HEADER + 'a,1\n'.repeat(200_000)))).rows) {
      rows += 1;
      if (row % 20_000 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(rows, 200_000);
  });

  it('may have many long lines, whatever ends them', async () => {
    const cells = 'x'.repeat(100_000);
    for (const end of ['\n', '\r\n', '\r']) {
      const file = `course_key,category_id${end}${`a,1,${cells}${end}`.repeat(8)}b,2${end}`;
      assert.deepEqual(await readAll(file), { readable: 1, wrong: 8 }, JSON.stringify(end));
    }
  });

  it('has no columns by the names of what every object has', async () => {
    const { ignoredColumns } = await openCourseFile(
      Buffer.from('constructor,__proto__,constructor,course_key,category_id\nx,y,z,a,1\n'),
    );
    assert.deepEqual(ignoredColumns, ['constructor', '__proto__', 'constructor']);
  });
});

describe('an upload', function () {
  this.timeout(20_000);
  let world: CourseScreensWorld;
  let editor: SignedIn;
  before(async () => {
    world = await startCourseScreensWorld();
    editor = await world.signIn('editor');
  });
  after(() => world.close());

  const BOUNDARY = 'boundary-of-the-test';
  const part = (head: string, body: string): string => `--${BOUNDARY}\r\n${head}\r\n\r\n${body}\r\n`;
  const field = (name: string, value: string): string => part(`Content-Disposition: form-data; name="${name}"`, value);
  const send = (file: string, end = `--${BOUNDARY}--\r\n`): Promise<Response> =>
    fetch(`${world.tool.baseUrl}/admin/courses/import`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: world.tool.publicUrl,
        cookie: editor.cookie,
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      },
      body: `${field('_csrf', editor.csrfToken)}${field('tenantId', world.tenant.id)}${file}${end}`,
    });
  const fileOf = (disposition: string, type = 'text/csv'): string =>
    part(`Content-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}`, `${HEADER}a,1`);

  it('never fails inside, whatever its file is called', async () => {
    for (const [disposition, type] of [
      ['name="file"', 'application/octet-stream'],
      ['name="file"; filename=""'],
      [`name="file"; filename*=utf-8''a%00b.csv`],
      [`name="file"; filename*=utf-16le''%00%d8`],
      ['name="file"; filename="../../etc/passwd\u0001"'],
      [`name="file"; filename="${'a'.repeat(300)}"`],
      [`name="file"; filename="<script>alert(1)</script>"`],
    ] as const) {
      const answer = await send(fileOf(disposition, type));
      assert.ok([303, 422].includes(answer.status), `${disposition}: ${answer.status}`);
    }
  });

  it('is answered when it ends in the middle', async () => {
    for (const [file, end] of [
      [fileOf('name="file"; filename="a.csv"'), ''],
      [fileOf('name="file"; filename="a.csv"').slice(0, -3), ''],
      [`--${BOUNDARY}\r\nContent-Disposition: form-`, ''],
    ] as const) {
      assert.equal((await send(file, end)).status, 400);
    }
  });
});
