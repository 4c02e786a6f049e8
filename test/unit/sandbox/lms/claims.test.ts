import assert from 'node:assert/strict';
import { createCourses, personas } from '../../../../src/sandbox/lms/campus.js';
import { createClaimsMaker } from '../../../../src/sandbox/lms/claims.js';
import { fixture } from '../../../http/demo-lms/support.js';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
const ISSUER = 'http://lms.localhost:4001';
const adapters = ['moodle', 'canvas', 'blackboard', 'brightspace', 'openedx', 'sakai'];
const [biology, chemistry] = createCourses([
  { id: '0_celldiv1', name: 'Cell division' },
  { id: '0_secret01', name: 'Staff meeting', inNoCourse: true },
]);
const [ana, ben, tina] = personas;
assert.ok(biology && chemistry && ana && ben && tina);

const tool = {
  name: 'Tool',
  loginUrl: 'http://tool.localhost:1/login',
  redirectUris: ['http://tool.localhost:1/launch'],
  targetLinkUri: 'http://tool.localhost:1/launch',
  jwksUrl: 'http://tool.localhost:1/jwks',
  clientId: 'client-1',
  deploymentId: 'deployment-1',
  activated: true,
  visible: true,
};

function make(
  adapterId: string,
  { persona = ana!, course = biology!, activityIndex = 0 } = {},
): Record<string, unknown> {
  const activity = course.activities[activityIndex];
  assert.ok(activity);
  return createClaimsMaker(fixture(adapterId), ISSUER).make({
    issuer: ISSUER,
    persona,
    course,
    activity,
    window: 'frame',
    tool,
    nonce: 'n-1',
    issuedAtS: 1_800_000_000,
  });
}

const at = (claims: Record<string, unknown>, name: string): Record<string, unknown> =>
  claims[LTI + name] as Record<string, unknown>;

/** Letters become a, digits 0, hex of ids one class: what "the same character shape" means. */
const shapeOf = (id: unknown): string =>
  String(id)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'UUID')
    .replace(/[0-9a-f]{16,}/gi, (hex) => `hex${hex.length}`)
    .replace(/\d/g, '0');

function leavesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

describe('demo LMS claims', () => {
  for (const adapterId of adapters) {
    describe(adapterId, () => {
      const shape = fixture(adapterId);

      it('keeps nothing of the fixture’s person', () => {
        const text = JSON.stringify(make(adapterId, { persona: ben }));
        const own = [shape['sub'], shape['name'], shape['given_name'], shape['family_name'], shape['email']];
        const lis = (shape[`${LTI}lis`] ?? {}) as Record<string, unknown>;
        for (const value of [...own, lis['person_sourcedid'], 'abyron', 'Byron']) {
          if (typeof value === 'string') assert.ok(!text.includes(JSON.stringify(value)), value);
        }
      });

      it('keeps the character shape of person and course ids', () => {
        const claims = make(adapterId);
        if (adapterId !== 'sakai') assert.equal(shapeOf(claims['sub']), shapeOf(shape['sub']));
        assert.equal(shapeOf(at(make(adapterId, { course: chemistry }), 'context')['id']).length > 0, true);
        if (adapterId !== 'openedx')
          assert.equal(shapeOf(at(claims, 'context')['id']), shapeOf(at(shape, 'context')['id']));
      });

      it('gives every person an own sub, the same in both courses', () => {
        const subs = personas.map((persona) => make(adapterId, { persona })['sub']);
        assert.equal(new Set(subs).size, personas.length);
        assert.deepEqual(
          subs,
          personas.map((persona) => make(adapterId, { persona, course: chemistry })['sub']),
        );
      });

      it('tells the courses apart in every value that names the course', () => {
        const here = make(adapterId);
        const there = make(adapterId, { course: chemistry });
        for (const name of ['id', 'title', 'label']) {
          assert.notEqual(at(here, 'context')[name], at(there, 'context')[name], name);
        }
        assert.ok(!JSON.stringify(there).includes('BIO101'));
        assert.notEqual(at(here, 'resource_link')['id'], at(there, 'resource_link')['id']);
      });

      it('sends tools to no machine but its own', () => {
        for (const value of leavesOf(make(adapterId))) {
          if (typeof value !== 'string') continue;
          for (const [url] of value.matchAll(/https?:\/\/[^\s,]+/g)) {
            assert.match(
              url,
              /^http:\/\/(lms|tool)\.localhost:|^http:\/\/purl\.imsglobal\.org\/|^https:\/\/purl\.imsglobal\.org\//,
            );
          }
        }
      });

      it('gives a teacher the teacher’s role in the course and a student the student’s', () => {
        const membership = (persona: typeof tina): unknown[] =>
          (make(adapterId, { persona: persona })[`${LTI}roles`] as string[]).filter((role) =>
            role.includes('membership'),
          );
        assert.deepEqual(membership(tina), ['http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor']);
        assert.deepEqual(membership(ana), ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']);
        const others = (claims: Record<string, unknown>): number => (claims[`${LTI}roles`] as string[]).length;
        assert.equal(others(make(adapterId, { persona: tina })), others(shape));
      });

      it('names the activity’s own entry and link', () => {
        const claims = make(adapterId, { activityIndex: 2 });
        assert.equal(at(claims, 'custom')['entry_id'], '0_secret01');
        assert.notEqual(at(claims, 'resource_link')['id'], at(make(adapterId), 'resource_link')['id']);
      });

      it('is addressed to the tool and drops the fixture’s notes', () => {
        const claims = make(adapterId);
        assert.equal(claims['iss'], ISSUER);
        assert.equal(claims['aud'], tool.clientId);
        assert.equal(claims['azp'], 'azp' in shape ? tool.clientId : undefined);
        assert.equal(claims[`${LTI}deployment_id`], tool.deploymentId);
        assert.equal(claims[`${LTI}target_link_uri`], tool.targetLinkUri);
        assert.equal('_source' in claims, false);
      });
    });
  }

  it('swaps Canvas’s own course and user numbers too', () => {
    const here = at(make('canvas'), 'custom');
    const there = at(make('canvas', { course: chemistry, persona: ben }), 'custom');
    for (const key of ['canvas_course_id', 'canvas_user_id', 'canvas_login_id', 'canvas_sis_course_id']) {
      assert.notEqual(here[key], there[key], key);
    }
  });

  it('keeps Brightspace’s institution in front of the person’s number, and the number the same everywhere', () => {
    const shape = fixture('brightspace');
    const claims = make('brightspace', { persona: ben });
    const [institution, number] = String(claims['sub']).split('_');
    assert.equal(institution, at(shape, 'tool_platform')['guid']);
    assert.equal((claims['http://www.brightspace.com'] as { user_id: number }).user_id, Number(number));
  });
});
