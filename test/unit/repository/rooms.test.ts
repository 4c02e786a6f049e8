/** The map and the lint rule know every room: a folder that neither names would be free to import anything. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const rooms = readdirSync(`${root}src`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(`${root}src/${entry.name}`).length > 0)
  .map(({ name }) => name);

describe('the rooms of src', function () {
  this.timeout(60_000);

  it('each have a row in src/README.md', () => {
    const map = readFileSync(`${root}src/README.md`, 'utf8');
    assert.deepEqual(
      rooms.filter((room) => !map.includes(`| \`${room}/\``)),
      [],
    );
  });

  it('are each known to the lint rule, which keeps all of them from importing the composition root', async () => {
    const eslint = new ESLint({
      cwd: root,
      overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
      ruleFilter: ({ ruleId }) => ruleId === 'boundaries/dependencies',
    });
    const free: string[] = [];
    for (const room of rooms.filter((name) => name !== 'cli')) {
      const [result] = await eslint.lintText(`import '../app.js';`, { filePath: `${root}src/${room}/x.ts` });
      if (result?.errorCount === 0) free.push(room);
    }
    assert.deepEqual(free, []);
  });
});
