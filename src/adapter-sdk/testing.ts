/**
 * The rules that every adapter keeps, as a mocha suite: `describeAdapter({ adapter, fixtures })`. Fixtures are JWT
 * payloads, one JSON file each. These names are expected, more are welcome (they must not fail):
 *
 * - `resource-link`: a learner opens a link in a course
 * - `deep-linking`: an instructor chooses content
 * - `minimal-privacy`: the learner of `resource-link`, with names and addresses held back
 * - `anonymous`: a visitor without an account
 * - `test-user`: a preview user
 * - `copied-course`: a copy of the course of `resource-link`
 * - `hostile-strings`: the launch of `resource-link` with markup, controls and over-long text in every free field
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isApplicationName } from './application-name.js';
import { CLAIM } from './claims/claim-uris.js';
import { parseClaims } from './claims/parse-claims.js';
import { createAdapterRegistry } from './registry.js';
import type { Adapter, NeutralLaunch } from './types.js';

export const EXPECTED_FIXTURES = [
  'resource-link',
  'deep-linking',
  'minimal-privacy',
  'anonymous',
  'test-user',
  'copied-course',
  'hostile-strings',
] as const;

export type Payload = Record<string, unknown>;

/** All `*.json` files of a folder, by their names without the ending. */
export function readFixtures(folder: URL): Record<string, Payload> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    names.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Payload,
    ]),
  );
}

/** What the program makes of a payload with this adapter. */
export const neutralLaunchOf = (adapter: Adapter, payload: unknown, settings: Payload = {}): NeutralLaunch =>
  createAdapterRegistry([adapter]).toNeutralLaunch(adapter.id, parseClaims(payload), settings);

/** @param fixtures payloads by name; see the head of this file */
export function describeAdapter({ adapter, fixtures }: { adapter: Adapter; fixtures: Record<string, Payload> }): void {
  const fixture = (name: (typeof EXPECTED_FIXTURES)[number]): Payload => {
    const payload = fixtures[name];
    assert.ok(payload !== undefined, `fixture ${name} is missing`);
    return structuredClone(payload);
  };
  const launch = (payload: Payload): NeutralLaunch => neutralLaunchOf(adapter, payload);

  describe(`adapter ${adapter.id}: the rules of all adapters`, () => {
    for (const name of EXPECTED_FIXTURES) {
      it(`has the fixture ${name}`, () => void fixture(name));
    }

    for (const [name, payload] of Object.entries(fixtures)) {
      it(`gives the same answers twice, frozen, with a usable application: ${name}`, () => {
        const first = launch(payload);
        assert.deepEqual(launch(structuredClone(payload)), first);
        assert.ok(Object.isFrozen(first) && Object.isFrozen(first.viewer.candidates) && Object.isFrozen(first.roles));
        assert.ok(isApplicationName(first.application));
        assert.doesNotMatch(JSON.stringify(first), /\p{Cs}/u);
      });
    }

    it('names the viewer, the course and the learner’s role', () => {
      const { viewer, course, roles } = launch(fixture('resource-link'));
      assert.equal(viewer.candidates.sub, fixture('resource-link')['sub']);
      assert.ok(course?.title);
      assert.deepEqual(roles, ['learner']);
    });

    it('knows the viewer and the course as before when the LMS holds names back', () => {
      const open = launch(fixture('resource-link'));
      const held = launch(fixture('minimal-privacy'));
      assert.equal(held.viewer.candidates.sub, open.viewer.candidates.sub);
      assert.equal(held.viewer.candidates.email, undefined);
      assert.equal(held.viewer.name, undefined);
      assert.equal(held.course?.key, open.course?.key);
      assert.equal(held.tenantHint, open.tenantHint);
    });

    it('invents no viewer for an anonymous visitor', () => {
      assert.equal(launch(fixture('anonymous')).viewer.candidates.sub, undefined);
    });

    it('tells a test user from people', () => {
      assert.equal(launch(fixture('test-user')).viewer.isTestUser, true);
      assert.equal(launch(fixture('resource-link')).viewer.isTestUser, undefined);
    });

    it('remembers the course that a copy was made from', () => {
      const copy = launch(fixture('copied-course')).course;
      const original = launch(fixture('resource-link')).course;
      assert.ok(copy && original && copy.key !== original.key);
      assert.ok(copy.previousKeys.includes(original.key));
      assert.ok(!copy.previousKeys.includes(copy.key));
    });

    it('keeps the course key when title and label change', () => {
      const payload = fixture('resource-link');
      const before = launch(payload);
      payload[CLAIM.context] = { ...(payload[CLAIM.context] as Payload), title: 'Renamed', label: 'NEW' };
      assert.equal(launch(payload).course?.key, before.course?.key);
    });

    it('survives hostile text with the same viewer and course, and no stronger role', () => {
      const { viewer, course, roles } = launch(fixture('hostile-strings'));
      const honest = launch(fixture('resource-link'));
      assert.equal(viewer.candidates.sub, honest.viewer.candidates.sub);
      assert.equal(course?.key, honest.course?.key);
      assert.ok((course?.title ?? '').length <= 255 && (viewer.name ?? '').length <= 255);
      assert.doesNotMatch(`${course?.title}${course?.label}${viewer.name}`, /[\p{Cc}\u202A-\u202E]/u);
      assert.deepEqual(roles, ['learner']);
    });

    it('gives no role in the course for roles in the institution or the system', () => {
      const payload = fixture('resource-link');
      payload[CLAIM.roles] = [
        'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator',
        'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor',
        'http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin',
      ];
      assert.deepEqual(launch(payload).roles, []);
    });

    it('answers a launch that has only the required claims', () => {
      const { iss } = fixture('resource-link');
      const { viewer, course, roles } = launch({
        iss,
        [CLAIM.deploymentId]: '1',
        [CLAIM.messageType]: 'LtiResourceLinkRequest',
        [CLAIM.version]: '1.3.0',
      });
      assert.deepEqual([viewer, course, roles], [{ candidates: {} }, undefined, []]);
    });

    it('has a registration guide with our addresses in it', () => {
      const context = {
        loginUrl: 'https://tool.example/lti/login/abc',
        redirectUrl: 'https://tool.example/lti/launch',
        jwksUrl: 'https://tool.example/keys',
        targetLinkUrl: 'https://tool.example/play',
        toolName: 'Videos',
      };
      const guide = JSON.stringify(createAdapterRegistry([adapter]).registrationSteps(adapter.id, context));
      for (const url of [context.loginUrl, context.redirectUrl, context.jwksUrl, context.targetLinkUrl]) {
        assert.ok(guide.includes(url), `${url} is not in the guide`);
      }
    });
  });
}
