/** The lint configuration refuses what the architecture refuses. Rules that need types are left out, to be quick. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => ruleId === 'boundaries/dependencies' || ruleId.startsWith('no-restricted'),
});

async function refused(filePath: string, code: string): Promise<boolean> {
  const [result] = await eslint.lintText(code, { filePath: `${root}${filePath}` });
  assert.ok(result);
  assert.equal(result.fatalErrorCount, 0, JSON.stringify(result.messages));
  return result.errorCount > 0;
}

describe('the lint rules', function () {
  this.timeout(60_000);

  const forbidden: [rule: string, file: string, code: string][] = [
    ['a room imports one that stands later', 'src/identity/x.ts', `import '../launch/view-grant.js';`],
    ['a type counts as much as a value', 'src/http/x.ts', `import type { A } from '../launch/view-grant.js';`],
    ['export from counts as import', 'src/store/x.ts', `export * from '../lti/state.js';`],
    ['import() counts as import', 'src/store/x.ts', `await import('../lti/state.js');`],
    ['a room imports the sandbox', 'src/lti/x.ts', `import '../sandbox/lms/server.js';`],
    ['the sandbox imports a room that it tests', 'src/sandbox/lms/x.ts', `import '../../lti/state.js';`],
    ['an adapter imports behind the SDK', 'adapters/moodle/x.ts', `import '../../src/adapter-sdk/registry.js';`],
    ['an adapter imports a room', 'adapters/moodle/x.ts', `import '../../src/runtime/clock.js';`],
    ['an adapter imports another adapter', 'adapters/moodle/x.ts', `import '../canvas/adapter.js';`],
    ['kaltura-client outside the gateway', 'src/courses/x.ts', `import 'kaltura-client';`],
    ['libsql outside the database file', 'src/store/libsql/x.ts', `import 'libsql';`],
    ['undici outside outbound', 'src/lti/x.ts', `import { request } from 'undici';`],
    ['eta outside the renderer', 'src/player/x.ts', `import { Eta } from 'eta';`],
    ['ltijs outside its folder, also when loaded later', 'src/lti/x.ts', `await import('ltijs');`],
    ['the system clock', 'src/lti/x.ts', `export const a = Date.now();`],
    ['the system clock as a date', 'src/lti/x.ts', `export const a = new Date();`],
    ['unseeded chance', 'src/lti/x.ts', `export const a = Math.random();`],
    ['random bytes past the Random', 'src/lti/x.ts', `import { randomBytes } from 'node:crypto';`],
    ['the environment outside the command line', 'src/config/x.ts', `export const a = process.env.HOME;`],
  ];
  for (const [rule, file, code] of forbidden) {
    it(`refuse: ${rule}`, async () => {
      assert.equal(await refused(file, code), true);
    });
  }

  const allowed: [rule: string, file: string, code: string][] = [
    ['a room imports one that stands before', 'src/lti/x.ts', `import '../launch/view-grant.js';`],
    ['an adapter imports the SDK', 'adapters/moodle/x.ts', `import '../../src/adapter-sdk/index.js';`],
    ['the sandbox takes a clock', 'src/sandbox/lms/x.ts', `import '../../runtime/clock.js';`],
    ['the command line imports the sandbox', 'src/cli/x.ts', `import '../sandbox/lms/server.js';`],
    ['a date of a known time', 'src/lti/x.ts', `export const a = new Date(0);`],
    ['kaltura-client in the gateway', 'src/kaltura/gateway.ts', `import 'kaltura-client';`],
  ];
  for (const [rule, file, code] of allowed) {
    it(`allow: ${rule}`, async () => {
      assert.equal(await refused(file, code), false);
    });
  }
});
