import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { CLAIM } from '../../../../src/adapter-sdk/claims/claim-uris.js';
import { parseClaims } from '../../../../src/adapter-sdk/claims/parse-claims.js';
import { assertCode } from '../../../support/assert-code.js';

const required = {
  iss: 'https://lms.example.edu',
  [CLAIM.deploymentId]: '7',
  [CLAIM.messageType]: 'LtiResourceLinkRequest',
  [CLAIM.version]: '1.3.0',
};
const parse = (claims: Record<string, unknown>) => parseClaims({ ...required, ...claims });

describe('parseClaims', () => {
  it('reads a full launch into our names', () => {
    const { raw, ...claims } = parse({
      sub: '42',
      name: 'Ada Byron',
      given_name: 'Ada',
      family_name: 'Byron',
      email: 'ada@example.edu',
      locale: 'en',
      [CLAIM.targetLinkUri]: 'https://tool.example/play/1',
      [CLAIM.roles]: ['Learner'],
      [CLAIM.context]: { id: '15', label: 'BIO101', title: 'Biology', type: ['CourseSection'] },
      [CLAIM.resourceLink]: { id: '12', title: 'Lecture', description: '' },
      [CLAIM.custom]: { Entry_Id: '0_abcd1234', n: 5, on: true, none: null },
      [CLAIM.lis]: { person_sourcedid: 'S1', course_section_sourcedid: 'C1', course_offering_sourcedid: 'O1' },
      [CLAIM.toolPlatform]: { guid: 'g', name: 'N', version: 'v', product_family_code: 'moodle', url: 'https://x' },
      [CLAIM.launchPresentation]: {
        document_target: 'iframe',
        return_url: 'https://r',
        locale: 'de',
        width: 800,
        height: '600',
      },
      [CLAIM.lti1p1]: { user_id: 'old' },
      [CLAIM.legacyUserId]: 'older',
      [CLAIM.ext]: { lms: 'moodle-2' },
    });
    assert.equal(raw['sub'], '42');
    assert.deepEqual(claims, {
      issuer: 'https://lms.example.edu',
      deploymentId: '7',
      messageType: 'LtiResourceLinkRequest',
      version: '1.3.0',
      subject: '42',
      name: 'Ada Byron',
      givenName: 'Ada',
      familyName: 'Byron',
      email: 'ada@example.edu',
      locale: 'en',
      targetLinkUri: 'https://tool.example/play/1',
      roles: ['Learner'],
      context: { id: '15', label: 'BIO101', title: 'Biology', type: ['CourseSection'] },
      resourceLink: { id: '12', title: 'Lecture' },
      custom: { Entry_Id: '0_abcd1234', n: 5, on: true, none: null },
      lis: { personSourcedid: 'S1', courseSectionSourcedid: 'C1', courseOfferingSourcedid: 'O1' },
      toolPlatform: { guid: 'g', name: 'N', version: 'v', productFamilyCode: 'moodle', url: 'https://x' },
      launchPresentation: { documentTarget: 'iframe', returnUrl: 'https://r', locale: 'de', width: 800, height: 600 },
      lti1p1: { userId: 'old' },
      legacyUserId: 'older',
      ext: { lms: 'moodle-2' },
    });
  });

  for (const claim of Object.keys(required)) {
    for (const [what, value] of Object.entries({
      missing: undefined,
      blank: ' ',
      'a number': 7,
      null: null,
      'a list': ['7'],
    })) {
      it(`refuses a message whose ${claim} is ${what}, and names the claim`, async () => {
        const error = await assertCode('LAUNCH_CLAIM_INVALID', () => parse({ [claim]: value }));
        assert.equal(error.details['claim'], claim);
      });
    }
  }

  it('refuses a deployment id above 255 characters, without repeating it', async () => {
    const error = await assertCode('LAUNCH_CLAIM_INVALID', () => parse({ [CLAIM.deploymentId]: 'x'.repeat(256) }));
    assert.ok(!`${error.message} ${JSON.stringify(error.details)}`.includes('xxx'));
  });

  for (const payload of [undefined, null, 'text', 7, []]) {
    it(`refuses a payload that is ${JSON.stringify(payload)}`, async () => {
      await assertCode('LAUNCH_CLAIM_INVALID', () => parseClaims(payload));
    });
  }

  it('does not judge the values of version and message type', () => {
    const claims = parse({ [CLAIM.version]: '9', [CLAIM.messageType]: 'Whatever' });
    assert.deepEqual([claims.version, claims.messageType], ['9', 'Whatever']);
  });

  const optional = [
    'sub',
    'name',
    'email',
    'locale',
    ...[CLAIM.targetLinkUri, CLAIM.roles, CLAIM.context, CLAIM.resourceLink, CLAIM.custom, CLAIM.lis],
    ...[CLAIM.toolPlatform, CLAIM.launchPresentation, CLAIM.lti1p1, CLAIM.legacyUserId, CLAIM.ext],
  ];
  for (const claim of optional) {
    it(`takes a malformed ${claim} for absent`, () => {
      const { raw: _, ...nothing } = parse({});
      const junk = claim === CLAIM.roles || claim === CLAIM.targetLinkUri ? [null, {}, ''] : [null, '', [], [1], true];
      for (const value of junk) {
        const { raw: __, ...claims } = parse({ [claim]: value });
        assert.deepEqual(claims, nothing, JSON.stringify(value));
      }
    });
  }

  it('drops a malformed field and keeps the rest of its claim', () => {
    const claims = parse({
      [CLAIM.context]: { id: '15', title: ['no'], label: null, type: null },
      [CLAIM.toolPlatform]: { name: 'N', version: {} },
      [CLAIM.launchPresentation]: { locale: 'en', width: 'wide' },
    });
    assert.deepEqual(claims.context, { id: '15', type: [] });
    assert.deepEqual(claims.toolPlatform, { name: 'N' });
    assert.deepEqual(claims.launchPresentation, { locale: 'en' });
  });

  it('knows no course without a usable context id', () => {
    for (const id of [undefined, '', null, {}, 'x'.repeat(256), 'a\u0000b', '\ud800']) {
      assert.equal(parse({ [CLAIM.context]: { id, title: 'T' } }).context, undefined, JSON.stringify(id));
    }
  });

  it('writes numbers as text, except those that JSON has rounded', () => {
    const claims = parse({ sub: 42, [CLAIM.context]: { id: 15 }, [CLAIM.lis]: { person_sourcedid: 9007199254740993 } });
    assert.equal(claims.subject, '42');
    assert.equal(claims.context?.id, '15');
    assert.deepEqual(claims.lis, {});
    assert.equal(parse(JSON.parse('{"sub": 9007199254740993}') as Record<string, unknown>).subject, undefined);
  });

  it('never repairs an id, so that two people cannot become one', () => {
    assert.equal(parse({ sub: 'a\ud800' }).subject, undefined);
    assert.equal(parse({ email: 'a\ud800@example.edu' }).email, undefined);
    assert.equal(parse({ sub: ' A ' }).subject, ' A ');
    assert.equal(parse({ name: 'a\ud800' }).name, 'a\ufffd');
  });

  it('reads roles from null, one string, or strings joined by commas', () => {
    assert.deepEqual(parse({}).roles, []);
    assert.deepEqual(parse({ [CLAIM.roles]: null }).roles, []);
    assert.deepEqual(parse({ [CLAIM.roles]: 'Learner, Instructor' }).roles, ['Learner', 'Instructor']);
    assert.deepEqual(parse({ [CLAIM.roles]: ['Learner,Mentor', 'Learner', 7, null] }).roles, ['Learner', 'Mentor']);
  });

  it('keeps the case of custom names and drops values that are no scalars', () => {
    const { custom } = parse({ [CLAIM.custom]: { Aa: 'x', aa: 'y', list: [1], object: {}, broken: '\ud800' } });
    assert.deepEqual(custom, { Aa: 'x', aa: 'y' });
  });

  it('lets no name reach a prototype', () => {
    const payload = JSON.parse(
      `{"__proto__": {"sub": "evil"}, "${CLAIM.custom}": {"__proto__": {"entry_id": "evil"}, "constructor": "x", "a": "b"}}`,
    ) as Record<string, unknown>;
    const claims = parseClaims(Object.assign(Object.create(null) as object, payload, required));
    assert.equal(claims.subject, undefined);
    assert.deepEqual(Object.keys(claims.custom), ['a']);
    assert.equal(Object.getPrototypeOf(claims.custom), Object.prototype);
    assert.equal(({} as Record<string, unknown>)['sub'], undefined);
  });

  it('leaves out what is nested deeply or repeated without end', () => {
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 50_000; depth += 1) deep = [deep];
    const claims = parse({ deep, [CLAIM.roles]: Array.from({ length: 100_000 }, (_, index) => `r${index}`) });
    assert.ok(JSON.stringify(claims.raw['deep']).length < 40);
    assert.equal(claims.roles.length, 1_000);
  });

  it('freezes everything, the raw payload too, and leaves the payload alone', () => {
    const payload = { ...required, [CLAIM.ext]: { inner: { list: [1] } } };
    const claims = parseClaims(payload);
    const inner = claims.ext?.['inner'] as { list: number[] };
    assert.throws(() => inner.list.push(2), TypeError);
    assert.ok([claims, claims.custom, claims.roles, claims.ext, claims.raw].every((part) => Object.isFrozen(part)));
    assert.ok(!Object.isFrozen(payload) && !Object.isFrozen(payload[CLAIM.ext]));
  });

  const folder = new URL('../../../fixtures/launches/', import.meta.url);
  for (const name of readdirSync(folder)) {
    it(`reads ${name}`, () => {
      const payload = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>;
      const claims = parseClaims(payload);
      assert.equal(claims.subject, payload['sub']);
      assert.ok(claims.context?.title && claims.roles.length > 0);
    });
  }
});
