import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../src/adapter-sdk/index.js';
import { describeAdapter, neutralLaunchOf, type Payload, readFixtures } from '../../src/adapter-sdk/testing.js';
import { canvasAdapter } from './adapter.js';
import { developerKey } from './registration.js';

const fixtures = readFixtures(new URL('fixtures/', import.meta.url));
const launch = (payload: unknown) => neutralLaunchOf(canvasAdapter, payload);

describeAdapter({ adapter: canvasAdapter, fixtures });

describe('adapter canvas', () => {
  it('reads a launch from a module', () => {
    assert.deepEqual(launch(fixtures['resource-link']), {
      adapterId: 'canvas',
      tenantHint: 'canvas:0dWtgJjjFWRNT41WdQMvrleejGgv7AynCVm3lmZ2:canvas-lms',
      viewer: {
        candidates: {
          sub: 'a6e2e413-4afb-4b60-90d1-8b0344df3e91',
          username: 'abyron',
          email: 'ada.byron@example.edu',
          sourcedId: 'S1004711',
          lti1p1: 'c0ddd6c90cbe1ef0f32fbce5c3bf654204be186c',
        },
        name: 'Ada Byron',
      },
      course: {
        key: 'cdca1fe2c392a208bd8a657f8865ddb9ca359534',
        title: 'Biology 101',
        label: 'BIO101',
        sourcedId: 'BIO101-2026F',
        previousKeys: [],
        categoryNames: ['4711'],
      },
      roles: ['learner'],
      application: 'Canvas',
    });
  });

  it('takes navigation for the course, though its link has the course’s id', () => {
    const navigation = launch(fixtures['course-navigation']);
    assert.deepEqual(navigation.course, launch(fixtures['resource-link']).course);
    assert.deepEqual(navigation.roles, ['instructor']);
  });

  it('reads course numbers that come as JSON numbers, and drops unresolved variables', () => {
    const { course, viewer } = launch(fixtures['minimal-privacy']);
    assert.deepEqual(course?.categoryNames, ['4711']);
    assert.deepEqual(course.previousKeys, []);
    assert.equal(viewer.candidates.username, undefined);
  });

  it('proposes no category name without the course number, because nobody else knows the hash', () => {
    const payload = { ...fixtures['resource-link'], [CLAIM.custom]: {} };
    assert.deepEqual(launch(payload).course?.categoryNames, []);
  });

  it('takes an account for no course, and its admin for nobody in a course', () => {
    const { course, roles } = launch(fixtures['account-navigation']);
    assert.equal(course, undefined);
    assert.deepEqual(roles, []);
  });

  it('takes a teaching assistant for no instructor, though Canvas sends both roles', () => {
    assert.deepEqual(launch(fixtures['teaching-assistant']).roles, ['teaching-assistant']);
  });

  it('keeps two institutions with the same issuer apart, and joins the deployments of one', () => {
    const here = fixtures['resource-link'] as Payload;
    const platform = here[CLAIM.toolPlatform] as Payload;
    const elsewhere = { ...here, [CLAIM.toolPlatform]: { ...platform, guid: 'other:canvas-lms' } };
    const otherCourse = { ...here, [CLAIM.deploymentId]: '190:ffff' };
    assert.notEqual(launch(elsewhere).tenantHint, launch(here).tenantHint);
    assert.equal(launch(otherCourse).tenantHint, launch(here).tenantHint);
  });

  it('falls back to the deployment where a Canvas has no guid', () => {
    const { [CLAIM.toolPlatform]: _, ...payload } = fixtures['resource-link'] as Payload;
    assert.match(launch(payload).tenantHint, /^https:\/\/canvas\.instructure\.com\|189:/);
  });

  it('recognises Canvas by family, hosted issuer, placement claim or endpoint', () => {
    const { toolPlatform: _, ...claims } = parseClaims(fixtures['resource-link']);
    assert.equal(canvasAdapter.recognise({ issuer: 'https://x.example', productFamilyCode: 'canvas' }), 1);
    assert.ok(canvasAdapter.recognise({ issuer: 'https://canvas.beta.instructure.com' }) > 0.5);
    assert.ok(canvasAdapter.recognise({ issuer: 'https://x.example', claims }) > 0.5);
    assert.equal(canvasAdapter.recognise({ issuer: 'https://canvas.instructure.com.evil.example' }), 0);
  });

  it('writes a developer key that Canvas can import', () => {
    const key = JSON.parse(
      developerKey({
        loginUrl: 'https://tool.example/lti/login/abc',
        redirectUrl: 'https://tool.example/lti/launch',
        jwksUrl: 'https://tool.example/keys',
        targetLinkUrl: 'https://tool.example/play',
        toolName: 'Videos',
      }),
    ) as Record<string, unknown> & { extensions: { privacy_level: string; domain: string }[] };
    assert.equal(key['oidc_initiation_url'], 'https://tool.example/lti/login/abc');
    assert.equal(key['public_jwk_url'], 'https://tool.example/keys');
    assert.equal(key.extensions[0]?.privacy_level, 'public');
    assert.equal(key.extensions[0].domain, 'tool.example');
  });

  it('knows the hosts of production, beta and test, and takes no other site for one of them', () => {
    const issuerOf = (address: string) => canvasAdapter.endpoints?.(address)?.issuer;
    assert.deepEqual(canvasAdapter.endpoints?.('https://law.beta.instructure.com'), {
      issuer: 'https://canvas.beta.instructure.com',
      authorizationUrl: 'https://sso.beta.canvaslms.com/api/lti/authorize_redirect',
      jwksUrl: 'https://sso.beta.canvaslms.com/api/lti/security/jwks',
      tokenUrl: 'https://sso.beta.canvaslms.com/login/oauth2/token',
    });
    assert.equal(issuerOf('https://law.test.instructure.com'), 'https://canvas.test.instructure.com');
    assert.equal(issuerOf('https://canvas.law.example.edu'), 'https://canvas.instructure.com');
    assert.equal(issuerOf('https://law.beta.instructure.com.example.edu'), 'https://canvas.instructure.com');
  });
});
