import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInAdapters } from '../../../adapters/index.js';
import { checkAdapter } from '../../../src/adapter-sdk/conformance/check-adapter.js';
import { CLAIM } from '../../../src/adapter-sdk/index.js';
import { loadAdapters } from '../../../src/adapter-sdk/load-adapters.js';
import { neutralLaunchOf, type Payload, readFixtures } from '../../../src/adapter-sdk/testing.js';
import { adapterCaptureCommand, redactToken, saveFixtures } from '../../../src/cli/adapter-capture.js';
import { fixtureSet } from '../../../src/cli/adapter-fixtures.js';
import { assertCode } from '../../support/assert-code.js';

const root = new URL('../../../', import.meta.url);
const fixturesOf = (id: string) => readFixtures(new URL(`adapters/${id}/fixtures/`, root));
const [template] = await loadAdapters(['./adapters/_template/adapter.js'], { baseDirectory: root.pathname });
assert.ok(template);
const key = Buffer.alloc(32, 3);
const payload = fixturesOf('_template')['resource-link'] as Payload;
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${part({ alg: 'RS256' })}.${part(payload)}.c2lnbmF0dXJl`;

describe('adapter capture --from', () => {
  for (const [what, text] of [
    ['a token', token],
    ['a token with its name, as browsers copy it', `id_token=${token}\n`],
    ['a decoded payload', JSON.stringify(payload)],
  ] as const) {
    it(`reads ${what} and redacts it`, () => {
      assert.deepEqual(redactToken(text, key), redactToken(JSON.stringify(payload), key));
      assert.doesNotMatch(JSON.stringify(redactToken(text)), /Ada|Byron|3d9f6c12/);
    });
  }

  it('makes other ids at each run, because nobody keeps the key', () => {
    assert.notEqual(redactToken(token)['sub'], redactToken(token)['sub']);
  });

  for (const text of ['', 'Jane Doe', 'Jane.Doe.x', '[]', `${part('x')}.SmFuZQ.x`]) {
    it(`refuses ${JSON.stringify(text)} without quoting it`, async () => {
      try {
        redactToken(text);
        assert.fail('was taken');
      } catch (error) {
        assert.match(String(error), /INPUT_INVALID|LAUNCH_CLAIM_INVALID/);
        assert.doesNotMatch(String(error), /Jane|SmFuZQ/);
      }
    });
  }
});

describe('the fixtures that adapter capture --all makes', function () {
  // The whole kit runs for each adapter.
  this.timeout(60_000);

  for (const adapter of [...builtInAdapters, template]) {
    const folder = adapter === template ? '_template' : adapter.id;

    it(`keep every rule with the adapter whose launch they are made of: ${adapter.id}`, () => {
      const launch = redactToken(JSON.stringify(fixturesOf(folder)['resource-link']), key);
      const broken = checkAdapter({ adapter, fixtures: fixtureSet(launch), rivals: [] }).filter(
        ({ outcome }) => outcome !== 'passed',
      );
      assert.deepEqual(
        broken.map(({ id, problems }) => [id, problems.map(({ message }) => message)]),
        [],
      );
    });
  }

  it('are one course and its copy, one learner and a teacher', () => {
    const set = fixtureSet(redactToken(token, key));
    const [learner, copy, teacher] = ['resource-link', 'copied-course', 'deep-linking'].map((name) =>
      neutralLaunchOf(template, set[name]),
    );
    assert.ok(learner?.course && copy?.course);
    assert.deepEqual(copy.course.previousKeys, [learner.course.key]);
    assert.notEqual(copy.course.key, learner.course.key);
    assert.deepEqual([learner.roles, teacher?.roles], [['learner'], ['instructor']]);
  });
});

describe('adapter capture --out', () => {
  let folder: string;
  let before: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adapter-capture-'));
    before = process.cwd();
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  const run = (...parameters: string[]) =>
    adapterCaptureCommand().exitOverride().parseAsync(parameters, { from: 'user' });

  it('names the fixture by its kind when nobody does', () => {
    assert.deepEqual(saveFixtures(payload, {}), [join('fixtures', 'resource-link.json')]);
    const choosing = { ...payload, [CLAIM.messageType]: 'LtiDeepLinkingRequest' };
    assert.deepEqual(saveFixtures(choosing, {}), [join('fixtures', 'deep-linking.json')]);
    assert.deepEqual(JSON.parse(readFileSync('fixtures/deep-linking.json', 'utf8')), choosing);
  });

  it('puts the whole set beside the named file', () => {
    saveFixtures(payload, { out: 'x/first.json', all: true });
    const names = readdirSync('x');
    assert.ok(
      names.includes('first.json') && names.includes('copied-course.json') && !names.includes('resource-link.json'),
    );
  });

  it('makes no set of a content selection, and writes nothing', async () => {
    const choosing = { ...payload, [CLAIM.messageType]: 'LtiDeepLinkingRequest' };
    await assertCode('INPUT_INVALID', () => saveFixtures(choosing, { all: true }));
    assert.deepEqual(readdirSync('.'), []);
  });

  for (const parameters of [[], ['--last', '--next'], ['request-1', '--last'], ['--from', 'x', '--last']]) {
    it(`wants exactly one source: ${JSON.stringify(parameters)}`, () =>
      assertCode('INPUT_INVALID', () => run(...parameters)));
  }
});
