import assert from 'node:assert/strict';
import fc from 'fast-check';
import { builtInAdapters } from '../../../adapters/index.js';
import {
  CLAIM,
  cleanApplicationName,
  contextRoles,
  createAdapterRegistry,
  parseClaims,
  parseHistory,
  ROLES,
} from '../../../src/adapter-sdk/index.js';
import { isAppError } from '../../../src/errors/app-error.js';

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const optionalNames = [
  'sub',
  'name',
  'given_name',
  'email',
  ...Object.values(CLAIM),
  'https://www.instructure.com/placement',
];
const required = {
  iss: 'https://x.example',
  [CLAIM.deploymentId]: '1',
  [CLAIM.messageType]: 'M',
  [CLAIM.version]: '1.3.0',
};
const shaped = fc.record({
  [CLAIM.context]: fc.record({ id: fc.string({ unit: 'binary', minLength: 1 }), title: json, label: json, type: json }),
  [CLAIM.toolPlatform]: fc.record({ guid: json, product_family_code: json }),
  [CLAIM.custom]: fc.dictionary(
    fc.constantFrom('username', 'USERNAME', 'context_history', 'canvas_course_id', '__proto__'),
    json,
  ),
  [CLAIM.ext]: fc.record({ user_username: json }),
  [CLAIM.roles]: json,
  sub: json,
  name: json,
});
const payload = fc
  .tuple(fc.dictionary(fc.constantFrom(...optionalNames), json), shaped, fc.boolean())
  .map(([wild, tame, isTame]): Record<string, unknown> => ({ ...(isTame ? tame : wild), ...required }));

describe('property: claims and adapters', () => {
  it('reads any payload whose required claims are right, with every built-in adapter', () => {
    const registry = createAdapterRegistry(builtInAdapters);
    fc.assert(
      fc.property(payload, (claimsSent) => {
        const claims = parseClaims(claimsSent);
        for (const { id } of registry.list()) {
          const launch = registry.toNeutralLaunch(id, claims, {});
          assert.doesNotMatch(JSON.stringify(launch), /\p{Cs}/u);
          const { sub } = launch.viewer.candidates;
          assert.ok(sub === undefined || sub === String(claimsSent['sub']));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses everything else with one code', () => {
    fc.assert(
      fc.property(json, (value) => {
        assert.throws(
          () => parseClaims(value),
          (error) => isAppError(error) && error.code === 'LAUNCH_CLAIM_INVALID',
        );
      }),
    );
  });

  it('cleans any application name to one that stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const clean = cleanApplicationName(name);
        if (clean === undefined) return;
        assert.equal(cleanApplicationName(clean), clean);
        assert.ok(clean.length <= 60 && !/[,\p{Cc}\p{Cs}]|\{\{|\}\}/u.test(clean));
      }),
    );
  });

  it('finds again the ids that an LMS joins into a history', () => {
    const id = fc
      .string({ minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() === text && !text.startsWith('$') && !/^(truncated|timed.out)$/i.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(id), (ids) =>
        assert.deepEqual(parseHistory(ids.map(encodeURIComponent).join(',')), ids),
      ),
    );
  });

  it('never gives more than the learner’s role for text that is no context role', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (roles) => {
        const names = ['Administrator', 'Instructor', 'ContentDeveloper', 'TeachingAssistant', 'Mentor', 'Learner'];
        fc.pre(!roles.some((role) => names.some((name) => role.includes(name))));
        assert.deepEqual(contextRoles(roles), []);
        assert.ok(ROLES.length === names.length);
      }),
    );
  });
});
