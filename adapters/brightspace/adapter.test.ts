import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { brightspaceAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(brightspaceAdapter, payload);
const changed = (name: string, changes: Payload) => launch({ ...fixtures[name], ...changes });
const OWN = 'http://www.brightspace.com';

describeAdapter({ adapter: brightspaceAdapter, fixtures });

describe('adapter brightspace', () => {
  it('reads a launch from a course, with what stands in Brightspace’s own claim', () => {
    assert.deepEqual(launch(fixtures['resource-link']), {
      adapterId: 'brightspace',
      tenantHint: 'https://example.brightspace.com',
      viewer: {
        candidates: {
          sub: '15495cdc-4a00-43e0-b28c-042523bad957_169',
          username: 'abyron',
          email: 'ada.byron@example.edu',
          sourcedId: 'S1004711',
          lti1p1: '15495cdc-4a00-43e0-b28c-042523bad957_169',
        },
        name: 'Ada Byron',
      },
      course: {
        key: '6606',
        title: 'Biology 101',
        label: 'BIO101-2026F',
        sourcedId: 'example:BIO101-2026F',
        previousKeys: [],
        categoryNames: ['6606'],
      },
      roles: ['learner'],
      application: 'Brightspace',
    });
  });

  it('takes a launch without org unit information for one from no course', () => {
    assert.equal(launch(fixtures['no-org-unit']).course, undefined);
  });

  it('reads ids that come as JSON numbers', () => {
    assert.equal(launch(fixtures['copied-course']).course?.key, '7714');
    const { candidates } = changed('resource-link', { [OWN]: { org_defined_id: 1004711, username: 42 } }).viewer;
    assert.deepEqual([candidates.sourcedId, candidates.username], ['1004711', '42']);
  });

  it('reads the history from its own claim, else from the custom parameter', () => {
    assert.deepEqual(launch(fixtures['copied-course']).course?.previousKeys, ['6606', '5120']);
    const custom = { [OWN]: {}, [CLAIM.custom]: { context_history: '6606' } };
    assert.deepEqual(changed('copied-course', custom).course?.previousKeys, ['6606']);
  });

  it('believes its own claim before a custom parameter, which a link’s author can write', () => {
    const custom = { [CLAIM.custom]: { username: 'principal', context_history: '1' } };
    assert.equal(changed('copied-course', custom).viewer.candidates.username, 'abyron');
    assert.deepEqual(changed('copied-course', custom).course?.previousKeys, ['6606', '5120']);
  });

  it('takes an unresolved variable and an empty address for absent', () => {
    const payload = { [OWN]: {}, [CLAIM.custom]: { username: '$User.Username' }, email: '' };
    assert.deepEqual(changed('resource-link', payload).viewer.candidates, {
      sub: '15495cdc-4a00-43e0-b28c-042523bad957_169',
      lti1p1: '15495cdc-4a00-43e0-b28c-042523bad957_169',
    });
  });

  it('gives somebody who has all institution roles only the one of the course', () => {
    assert.deepEqual(launch(fixtures['all-institution-roles']).roles, ['learner']);
    assert.deepEqual(launch(fixtures['deep-linking']).roles, ['instructor']);
  });

  it('takes all deployments of one Brightspace for one tenant, however they are written', () => {
    const { tenantHint } = launch(fixtures['resource-link']);
    const lower = { [CLAIM.deploymentId]: 'b2a8a24f-9604-4a36-9397-b34f69e713b9' };
    assert.equal(changed('resource-link', lower).tenantHint, tenantHint);
  });

  it('recognises Brightspace by its family codes, hosted issuer, claim or endpoint', () => {
    const issuer = 'https://learn.example.edu';
    const { toolPlatform: _, ...claims } = parseClaims(fixtures['resource-link']);
    for (const productFamilyCode of ['desire2learn', 'Brightspace', 'D2L']) {
      assert.equal(brightspaceAdapter.recognise({ issuer, productFamilyCode }), 1);
    }
    assert.ok(brightspaceAdapter.recognise({ issuer: 'https://example.brightspace.com' }) > 0.5);
    assert.ok(brightspaceAdapter.recognise({ issuer, claims }) > 0.5);
    assert.ok(brightspaceAdapter.recognise({ issuer, authorizationUrl: `${issuer}/d2l/lti/authenticate` }) > 0.5);
    for (const other of ['https://evilbrightspace.com', 'https://x.brightspace.com.evil.example', 'brightspace.com']) {
      assert.equal(brightspaceAdapter.recognise({ issuer: other }), 0, other);
    }
  });

  it('tells the admin about the switch without which plays belong to no course', () => {
    const guide = JSON.stringify(
      brightspaceAdapter.registration({
        loginUrl: 'https://tool.example/l',
        redirectUrl: 'https://tool.example/r',
        jwksUrl: 'https://tool.example/j',
        targetLinkUrl: 'https://tool.example/t',
        toolName: 'Videos',
      }),
    );
    for (const word of ['Org Unit Information', 'Substitution Parameters', 'Anonymous', 'New Deployment']) {
      assert.ok(guide.includes(word), word);
    }
  });

  it('knows the endpoints of a Brightspace, and the token audience that differs from the token URL', () => {
    assert.deepEqual(brightspaceAdapter.endpoints?.('https://law.brightspace.com'), {
      issuer: 'https://law.brightspace.com',
      authorizationUrl: 'https://law.brightspace.com/d2l/lti/authenticate',
      jwksUrl: 'https://law.brightspace.com/d2l/.well-known/jwks',
      tokenUrl: 'https://auth.brightspace.com/core/connect/token',
      tokenAudience: 'https://api.brightspace.com/auth/token',
    });
  });
});
