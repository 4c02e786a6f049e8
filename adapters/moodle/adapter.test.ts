import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { moodleAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(moodleAdapter, payload);

/** The payload of a token that a real Moodle 4.5.6 signed. */
const recorded = (name: string): Payload => {
  const url = new URL(`../../test/fixtures/moodle-real/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { payload: Payload }).payload;
};

describeAdapter({ adapter: moodleAdapter, fixtures });

describe('adapter moodle', () => {
  it('reads the launch of a real Moodle’s student', () => {
    assert.deepEqual(launch(recorded('05d-launch-result-idtoken-student')), {
      adapterId: 'moodle',
      tenantHint: 'http://localhost:8100',
      viewer: {
        candidates: { sub: '4', username: 'student1', email: 'student1@example.org', sourcedId: 'SIS-S1' },
        name: 'Sam Student',
      },
      course: {
        key: '2',
        title: 'Introduction to Video Analysis',
        label: 'VID101',
        sourcedId: 'SIS-VID101-2026',
        previousKeys: [],
        categoryNames: ['2'],
      },
      roles: ['learner'],
      application: 'Moodle',
    });
  });

  it('reads the launch and the content selection of a real Moodle’s teacher alike', () => {
    const teacher = launch(recorded('04d-launch-result-idtoken-teacher'));
    const choosing = launch(recorded('07b-deeplink-request-idtoken'));
    assert.deepEqual(choosing, teacher);
    assert.deepEqual(teacher.roles, ['instructor']);
    assert.equal(teacher.viewer.candidates.username, 'teacher1');
  });

  it('recognises a real Moodle by its family, its claims or its endpoint', () => {
    const claims = parseClaims(recorded('04d-launch-result-idtoken-teacher'));
    const { toolPlatform: _, ...unnamed } = claims;
    const issuer = claims.issuer;
    assert.equal(moodleAdapter.recognise({ issuer, claims }), 1);
    assert.equal(moodleAdapter.recognise({ issuer, productFamilyCode: 'Moodle' }), 1);
    assert.ok(moodleAdapter.recognise({ issuer, claims: unnamed }) > 0.5);
    assert.ok(moodleAdapter.recognise({ issuer, authorizationUrl: 'https://m.example/x/mod/lti/auth.php?a=1' }) > 0.5);
    assert.equal(moodleAdapter.recognise({ issuer: 'https://canvas.instructure.com' }), 0);
  });

  it('takes all deployments of one Moodle for one tenant', () => {
    const other = { ...fixtures['resource-link'], [CLAIM.deploymentId]: '99' };
    assert.equal(launch(other).tenantHint, launch(fixtures['resource-link']).tenantHint);
  });

  it('knows the login name by the custom parameter when names are not shared', () => {
    assert.deepEqual(launch(fixtures['minimal-privacy']).viewer, { candidates: { sub: '42', username: 'abyron' } });
  });

  it('believes Moodle’s own login name before a custom parameter, which a teacher can write', () => {
    const payload = { ...fixtures['resource-link'], [CLAIM.custom]: { username: 'principal' } };
    assert.equal(launch(payload).viewer.candidates.username, 'abyron');
  });

  it('takes a malformed login name for absent', () => {
    for (const name of ['\ud800', '', null, {}]) {
      const payload = { ...fixtures['resource-link'], [CLAIM.ext]: { user_username: name }, [CLAIM.custom]: {} };
      assert.equal(launch(payload).viewer.candidates.username, undefined);
    }
  });

  it('reads a parameter that arrives twice, as the admin wrote it and as Moodle writes it', () => {
    const read = (custom: unknown) =>
      neutralLaunchOf(
        moodleAdapter,
        { ...fixtures['minimal-privacy'], [CLAIM.custom]: custom },
        { usernameParameter: 'Kaltura.User' },
      ).viewer.candidates.username;
    assert.equal(read({ 'Kaltura.User': 'abyron', kaltura_user: 'abyron' }), 'abyron');
    assert.equal(read({ kaltura_user: 'abyron' }), 'abyron');
    assert.equal(read({ 'Kaltura.User': '$User.username', kaltura_user: '' }), undefined);
  });

  it('undoes the HTML of & in the custom login name', () => {
    const payload = { ...fixtures['minimal-privacy'], [CLAIM.custom]: { username: 'r&amp;d' } };
    assert.equal(launch(payload).viewer.candidates.username, 'r&d');
  });

  it('gives the shared guest account no viewer, with or without its login name', () => {
    const nameless = { ...fixtures['anonymous'], [CLAIM.custom]: {} };
    assert.deepEqual(launch(fixtures['anonymous']).viewer.candidates, {});
    assert.deepEqual(launch(nameless).viewer.candidates, {});
  });

  it('knows a person with the number 1 who is not the guest', () => {
    assert.equal(launch({ ...fixtures['resource-link'], sub: '1' }).viewer.candidates.sub, '1');
  });

  it('lists the ancestors of a copied course, nearest first', () => {
    assert.deepEqual(launch(fixtures['copied-course']).course?.previousKeys, ['15', '9', '4']);
  });

  it('takes the site home for no course', () => {
    assert.equal(launch(fixtures['site-home']).course, undefined);
  });

  it('takes a site admin for an instructor of the course and nothing more', () => {
    assert.deepEqual(launch(fixtures['deep-linking']).roles, ['instructor']);
  });

  it('tells the admin about the switches that are missed most', () => {
    const guide = JSON.stringify(
      moodleAdapter.registration({
        loginUrl: 'https://tool.example/l',
        redirectUrl: 'https://tool.example/r',
        jwksUrl: 'https://tool.example/j',
        targetLinkUrl: 'https://tool.example/t',
        toolName: 'Videos',
      }),
    );
    for (const word of ['Activate', 'activity chooser', 'cURL blocked hosts', 'username=$User.username']) {
      assert.ok(guide.includes(word), word);
    }
  });

  it('knows the endpoints of a Moodle in a folder of its site', () => {
    assert.deepEqual(moodleAdapter.endpoints?.('https://school.example.edu/moodle'), {
      issuer: 'https://school.example.edu/moodle',
      authorizationUrl: 'https://school.example.edu/moodle/mod/lti/auth.php',
      jwksUrl: 'https://school.example.edu/moodle/mod/lti/certs.php',
      tokenUrl: 'https://school.example.edu/moodle/mod/lti/token.php',
      configurationUrl: 'https://school.example.edu/moodle/mod/lti/openid-configuration.php',
    });
  });
});
