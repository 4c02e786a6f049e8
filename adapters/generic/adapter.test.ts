import assert from 'node:assert/strict';
import { CLAIM } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, readFixtures } from '../../src/adapter-sdk/testing.js';
import { genericAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));

describeAdapter({ adapter: genericAdapter, fixtures });

describe('adapter generic', () => {
  it('reads viewer, course and application from the claims of the specification', () => {
    const launch = neutralLaunchOf(genericAdapter, fixtures['resource-link']);
    assert.deepEqual(launch, {
      adapterId: 'generic',
      tenantHint: 'https://lms.openedx.example.edu|1',
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
      application: 'LMS',
    });
  });

  it('reads the institution’s own id of the course: the section’s, else the offering’s', () => {
    const sourcedIdOf = (lis: object) =>
      neutralLaunchOf(genericAdapter, { ...fixtures['resource-link'], [CLAIM.lis]: lis }).course?.sourcedId;
    const offering = { course_offering_sourcedid: 'BIO101' };
    assert.equal(sourcedIdOf({ ...offering, course_section_sourcedid: 'BIO101-2' }), 'BIO101-2');
    assert.equal(sourcedIdOf({ ...offering, course_section_sourcedid: '' }), 'BIO101');
    assert.equal(sourcedIdOf({}), undefined);
  });

  it('keeps deployments apart until somebody joins them', () => {
    const other = { ...fixtures['resource-link'], [CLAIM.deploymentId]: '2' };
    assert.notEqual(
      neutralLaunchOf(genericAdapter, other).tenantHint,
      neutralLaunchOf(genericAdapter, fixtures['resource-link']).tenantHint,
    );
  });

  it('takes a group or an account for no course, and an unknown type for one', () => {
    const courseOfType = (type: unknown) =>
      neutralLaunchOf(genericAdapter, { ...fixtures['resource-link'], [CLAIM.context]: { id: '9', type } }).course;
    assert.equal(courseOfType(['http://purl.imsglobal.org/vocab/lis/v2/course#Group']), undefined);
    assert.equal(courseOfType(['Account']), undefined);
    assert.equal(courseOfType(['Seminar'])?.key, '9');
    assert.equal(courseOfType(undefined)?.key, '9');
  });

  it('reads the login name from the parameter that the settings name', () => {
    const payload = { ...fixtures['resource-link'], [CLAIM.custom]: { login: 'ada' } };
    const launch = neutralLaunchOf(genericAdapter, payload, { usernameParameter: 'login' });
    assert.equal(launch.viewer.candidates.username, 'ada');
  });
});
