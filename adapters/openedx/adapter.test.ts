import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { openedxAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(openedxAdapter, payload);
const changed = (name: string, changes: Payload) => launch({ ...fixtures[name], ...changes });

describeAdapter({ adapter: openedxAdapter, fixtures });

describe('adapter openedx', () => {
  it('reads a launch from a block whose course shares names', () => {
    assert.deepEqual(launch(fixtures['resource-link']), {
      adapterId: 'openedx',
      tenantHint: 'https://lms.openedx.example.edu',
      viewer: {
        candidates: {
          sub: '3d9f6c12-8a7b-4e5d-b0c1-f2e3d4a5b6c7',
          username: 'abyron',
          email: 'ada.byron@example.edu',
        },
        name: 'Ada Byron',
      },
      course: {
        key: 'course-v1:ExampleX+BIO101+2026_F',
        title: 'Biology 101 - ExampleX',
        label: 'course-v1:ExampleX+BIO101+2026_F',
        previousKeys: [],
        categoryNames: ['course-v1:ExampleX+BIO101+2026_F'],
      },
      roles: ['learner'],
      application: 'Open edX',
    });
  });

  it('proposes one tenant for all blocks of a site, each of which has a client id of its own', () => {
    const other = changed('resource-link', { aud: '0a1b2c3d-another-block' });
    assert.equal(other.tenantHint, launch(fixtures['resource-link']).tenantHint);
  });

  it('takes a template that Open edX did not fill in for absent', () => {
    const custom = { username: '${user_id}', context_history: '${course_history}' };
    const { viewer, course } = changed('no-personal-data', { [CLAIM.custom]: custom });
    assert.equal(viewer.candidates.username, undefined);
    assert.deepEqual(course?.previousKeys, []);
  });

  it('believes Open edX’s own login name before a custom parameter, which a course’s author writes', () => {
    const custom = { [CLAIM.custom]: { username: 'principal' } };
    assert.equal(changed('resource-link', custom).viewer.candidates.username, 'abyron');
  });

  it('takes an institution’s student without a role in the course for a learner', () => {
    assert.deepEqual(launch(fixtures['institution-student']).roles, ['learner']);
  });

  it('takes course staff for instructors and a teaching assistant for one', () => {
    assert.deepEqual(launch(fixtures['deep-linking']).roles, ['instructor']);
    assert.deepEqual(launch(fixtures['teaching-assistant']).roles, ['teaching-assistant']);
  });

  it('recognises Open edX, which names no product, by its endpoint or the form of its course keys', () => {
    const issuer = 'https://lms.example.edu';
    const at = (path: string) => openedxAdapter.recognise({ issuer, authorizationUrl: `${issuer}${path}` });
    assert.ok(at('/api/lti_consumer/v1/launch/') > 0.5);
    assert.ok(at('/api/lti_consumer/v1/launch') > 0.5);
    assert.equal(at('/api/lti/authorize_redirect'), 0);
    const claims = parseClaims(fixtures['resource-link']);
    assert.ok(openedxAdapter.recognise({ issuer, claims }) > 0.5);
    assert.equal(openedxAdapter.recognise({ issuer, claims: { ...claims, toolPlatform: { name: 'x' } } }), 0);
    assert.equal(openedxAdapter.recognise({ issuer }), 0);
  });

  it('knows issuer and authorization endpoint of a site, and leaves out what each block has for itself', () => {
    assert.deepEqual(openedxAdapter.endpoints?.('https://courses.example.edu'), {
      issuer: 'https://courses.example.edu',
      authorizationUrl: 'https://courses.example.edu/api/lti_consumer/v1/launch/',
    });
  });
});
