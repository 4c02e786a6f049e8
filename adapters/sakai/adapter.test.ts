import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { sakaiAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(sakaiAdapter, payload);
const changed = (name: string, changes: Payload) => launch({ ...fixtures[name], ...changes });

describeAdapter({ adapter: sakaiAdapter, fixtures });

describe('adapter sakai', () => {
  it('reads a launch from a site', () => {
    assert.deepEqual(launch(fixtures['resource-link']), {
      adapterId: 'sakai',
      tenantHint: 'https://sakai.example.edu',
      viewer: {
        candidates: {
          sub: 'https://sakai.example.edu/user/c71bb6b6-3f3c-4922-a1f9-73855570a0eb',
          username: 'abyron',
          email: 'ada.byron@example.edu',
          sourcedId: 'abyron',
          lti1p1: 'c71bb6b6-3f3c-4922-a1f9-73855570a0eb',
        },
        name: 'Ada Byron',
      },
      course: {
        key: '5b1f0a9c-6d7e-4f80-9a1b-2c3d4e5f6071',
        title: 'BIO101 Fall 2026',
        label: 'BIO101-2026F',
        sourcedId: 'BIO101-2026F-01',
        previousKeys: [],
        categoryNames: ['5b1f0a9c-6d7e-4f80-9a1b-2c3d4e5f6071'],
      },
      roles: ['learner'],
      application: 'Sakai',
    });
  });

  it('keeps the whole sub and offers its last part, which Kaltura’s older extension sent', () => {
    const { candidates } = launch(fixtures['no-personal-data']).viewer;
    assert.deepEqual(candidates, {
      sub: 'https://sakai.example.edu/user/c71bb6b6-3f3c-4922-a1f9-73855570a0eb',
      lti1p1: 'c71bb6b6-3f3c-4922-a1f9-73855570a0eb',
    });
  });

  it('believes the 1.1 user id that Sakai sends before the one in sub', () => {
    assert.equal(changed('resource-link', { [CLAIM.lti1p1]: { user_id: 'old' } }).viewer.candidates.lti1p1, 'old');
  });

  it('guesses no user id from a sub of another form', () => {
    for (const sub of ['ada', 'https://sakai.example.edu/users/ada', 'https://sakai.example.edu/user/ada/x']) {
      const { candidates } = changed('no-personal-data', { sub }).viewer;
      assert.deepEqual(candidates, { sub });
    }
  });

  it('gives visitors who are not signed in no viewer', () => {
    for (const sub of ['https://sakai.example.edu/user/', 'https://sakai.example.edu/user/.anon', undefined]) {
      assert.deepEqual(changed('resource-link', { sub }).viewer.candidates, {});
    }
  });

  it('knows the login name from Sakai’s own claim, not from a parameter that a site’s maintainer can set', () => {
    const payload = { [CLAIM.custom]: { username: 'principal' } };
    assert.equal(changed('resource-link', payload).viewer.candidates.username, 'abyron');
  });

  it('takes deployments and sites of one server for one tenant', () => {
    assert.equal(launch(fixtures['site-tool']).tenantHint, 'https://sakai.example.edu');
    assert.equal(launch(fixtures['site-tool']).tenantHint, launch(fixtures['resource-link']).tenantHint);
    const other = changed('site-tool', { iss: 'https://sakai.example.org/site/mercury' });
    assert.equal(other.tenantHint, 'https://sakai.example.org');
  });

  it('accepts its own longer issuers and no host that only begins alike', () => {
    const accepts = (issuer: string) => sakaiAdapter.acceptsIssuer?.(issuer, 'https://sakai.example.edu');
    assert.equal(accepts('https://sakai.example.edu/deployment/2'), true);
    assert.equal(accepts('https://sakai.example.edu/deployment/2/site/~ada'), true);
    assert.equal(accepts('https://sakai.example.edu.evil'), false);
    assert.equal(accepts('https://sakai.example.edu.evil/site/x'), false);
    assert.equal(accepts('https://sakai.example.edu/site/a/../../x'), false);
    assert.equal(accepts('https://sakai.example.edu/site/..'), false);
  });

  it('takes a teaching assistant, whose role has two #, for no instructor', () => {
    assert.deepEqual(launch(fixtures['deep-linking']).roles, ['teaching-assistant']);
  });

  it('reads short role names, and several in one string', () => {
    assert.deepEqual(launch(fixtures['short-roles']).roles, ['administrator', 'instructor']);
    assert.deepEqual(changed('resource-link', { [CLAIM.roles]: ['Learner,Mentor'] }).roles, ['mentor', 'learner']);
  });

  it('takes somebody’s own workspace for no course', () => {
    assert.equal(launch(fixtures['my-workspace']).course, undefined);
  });

  it('shows no label that only repeats the title', () => {
    assert.equal(changed('resource-link', { [CLAIM.lis]: { person_sourcedid: 'abyron' } }).course?.label, undefined);
  });

  it('recognises Sakai by both of its family codes, its claim or its endpoint', () => {
    const issuer = 'https://sakai.example.edu';
    const { toolPlatform: _, ...claims } = parseClaims(fixtures['resource-link']);
    assert.equal(sakaiAdapter.recognise({ issuer, productFamilyCode: 'sakai' }), 1);
    assert.equal(sakaiAdapter.recognise({ issuer, productFamilyCode: 'sakailms.org' }), 1);
    assert.ok(sakaiAdapter.recognise({ issuer, claims }) > 0.5);
    assert.ok(sakaiAdapter.recognise({ issuer, authorizationUrl: `${issuer}/imsoidc/lti13/oidc_auth` }) > 0.5);
    assert.equal(sakaiAdapter.recognise({ issuer: 'https://moodle.example.edu' }), 0);
  });

  it('knows the endpoints of a Sakai server, without the token URL that holds the tool’s key', () => {
    assert.deepEqual(sakaiAdapter.endpoints?.('https://sakai.example.edu'), {
      issuer: 'https://sakai.example.edu',
      authorizationUrl: 'https://sakai.example.edu/imsoidc/lti13/oidc_auth',
      jwksUrl: 'https://sakai.example.edu/imsblis/lti13/keyset',
    });
  });
});
