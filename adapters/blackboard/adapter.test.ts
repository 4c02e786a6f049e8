import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { blackboardAdapter } from './adapter.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(blackboardAdapter, payload);
const changed = (name: string, changes: Payload) => launch({ ...fixtures[name], ...changes });

describeAdapter({ adapter: blackboardAdapter, fixtures });

describe('adapter blackboard', () => {
  it('reads a launch from a course', () => {
    assert.deepEqual(launch(fixtures['resource-link']), {
      adapterId: 'blackboard',
      tenantHint: 'blackboard:c3c37f92-d008-43db-9e8a-e10fd139ec2d',
      viewer: {
        candidates: {
          sub: '4f1025ffab1846ee9ca0a53299dd51b6',
          username: 'abyron',
          email: 'ada.byron@example.edu',
          sourcedId: 'abyron',
        },
        name: 'Ada Byron',
      },
      course: {
        key: '6c19281a08504db5a447b511f00c0c7b',
        title: 'Biology 101',
        label: 'BIO101-2026F',
        sourcedId: 'BIO101-2026F',
        previousKeys: [],
        categoryNames: ['6c19281a08504db5a447b511f00c0c7b'],
      },
      roles: ['learner'],
      application: 'Blackboard',
    });
  });

  it('keeps institutions apart, which share issuer and client id', () => {
    const here = launch(fixtures['resource-link']).tenantHint;
    const there = changed('resource-link', { [CLAIM.deploymentId]: '0b6f1d2c-3a4e-4f50-9b61-7c8d9e0f1a2b' });
    assert.notEqual(there.tenantHint, here);
  });

  it('takes Learn’s unresolved variables and templates for absent', () => {
    for (const username of ['$User.username', '@X@user.id@X@', '', null]) {
      const payload = { [CLAIM.custom]: { username, context_history: '$Context.id.history' } };
      const { viewer, course } = changed('resource-link', payload);
      assert.equal(viewer.candidates.username, undefined);
      assert.deepEqual(course?.previousKeys, []);
    }
  });

  it('takes an id of the school’s records letter by letter, though it looks like a number', () => {
    const read = (id: unknown) =>
      changed('resource-link', { [CLAIM.lis]: { person_sourcedid: id } }).viewer.candidates.sourcedId;
    assert.equal(read('009283749283749'), '009283749283749');
    assert.equal(read(9283749283749), '9283749283749');
    assert.equal(read(2 ** 60), undefined);
  });

  it('takes the launch of a system tool for one from no course, and Learn’s administrator for nobody in a course', () => {
    const { course, roles } = launch(fixtures['system-tool']);
    assert.equal(course, undefined);
    assert.deepEqual(roles, []);
  });

  it('tells a preview user from people by the name, where the role does not say it', () => {
    assert.equal(launch(fixtures['preview-user']).viewer.isTestUser, true);
    const { sub } = fixtures['preview-user'] as { sub: string };
    assert.equal(launch(fixtures['preview-user']).viewer.candidates.sub, sub);
  });

  it('reads a launch without a link, and content selection, which has one', () => {
    assert.deepEqual(
      changed('resource-link', { [CLAIM.resourceLink]: undefined }).course,
      launch(fixtures['resource-link']).course,
    );
    assert.deepEqual(launch(fixtures['deep-linking']).roles, ['instructor']);
  });

  it('never sees the one-time session token', () => {
    const claims = parseClaims(fixtures['resource-link']);
    assert.ok(Object.hasOwn(fixtures['resource-link'] ?? {}, CLAIM.blackboardSessionToken));
    assert.doesNotMatch(JSON.stringify(claims), /one_time_session_token|5f1d3c7e9a2b4d68/);
  });

  it('recognises Blackboard by family, issuer, claim or endpoint', () => {
    const issuer = 'https://learn.example.edu';
    const { toolPlatform: _, ...claims } = parseClaims(fixtures['resource-link']);
    const gateway = 'https://developer.blackboard.com/api/v1/gateway/oidcauth';
    assert.equal(blackboardAdapter.recognise({ issuer, productFamilyCode: 'BlackboardLearn' }), 1);
    assert.ok(blackboardAdapter.recognise({ issuer: 'https://blackboard.com' }) > 0.5);
    assert.ok(blackboardAdapter.recognise({ issuer, claims }) > 0.5);
    assert.ok(blackboardAdapter.recognise({ issuer, authorizationUrl: gateway }) > 0.5);
    assert.equal(blackboardAdapter.recognise({ issuer: 'https://blackboard.com.evil.example' }), 0);
  });

  it('knows the endpoints that all institutions share, but no key set', () => {
    assert.deepEqual(blackboardAdapter.endpoints?.('https://learn.example.edu'), {
      issuer: 'https://blackboard.com',
      authorizationUrl: 'https://developer.blackboard.com/api/v1/gateway/oidcauth',
      tokenUrl: 'https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken',
    });
  });
});
