/** Single rules of redaction. That nothing of a person stays, whatever the LMS sends, is a property test. */
import assert from 'node:assert/strict';
import { CLAIM, parseClaims } from '../../../src/adapter-sdk/index.js';
import { redactClaims } from '../../../src/launch/capture-claims.js';

const KEY = Buffer.alloc(32, 5);
const required = {
  iss: 'https://lms.law.edu',
  [CLAIM.deploymentId]: '1',
  [CLAIM.messageType]: 'LtiResourceLinkRequest',
  [CLAIM.version]: '1.3.0',
};
const redact = (claims: object, key = KEY): Record<string, unknown> =>
  redactClaims(parseClaims({ ...required, ...claims }), { key });
/** What becomes of custom parameters. */
const custom = (parameters: object, claims: object = {}): Record<string, unknown> =>
  redact({ ...claims, [CLAIM.custom]: parameters })[CLAIM.custom] as Record<string, unknown>;
const returnUrl = (url: string): string =>
  (redact({ [CLAIM.launchPresentation]: { return_url: url } })[CLAIM.launchPresentation] as { return_url: string })
    .return_url;

describe('redactClaims', () => {
  it('never gives back an id as it was, however short', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      assert.notEqual(redact({ sub: '4' }, Buffer.alloc(32, seed))['sub'], '4');
    }
  });

  it('keeps shapes: digits, letters and their case, hex, UUIDs, zeros in front, what stands between', () => {
    for (const [id, shape] of [
      ['4711', /^[1-9]\d{3}$/],
      ['0042', /^00[1-9]\d$/],
      ['S100-Ab', /^[A-Z]\d{3}-[A-Z][a-z]$/],
      ['9a7c3e51b2d846f09e1ca0b75d3f6e28', /^[0-9a-f]{32}$/],
      ['3D9F6C12-8A7B-4E5D-B0C1-F2E3D4A5B6C7', /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/],
      ['https://lms.law.edu/user/77', /^https:\/\/lms\.example\.edu\/user\/[1-9]\d$/],
    ] as const) {
      assert.match(String(redact({ sub: id })['sub']), shape, id);
    }
  });

  it('keeps a number a number of as many digits, equal to the same id as text', () => {
    const { text, number } = custom({ text: '4711', number: 4711, big: 9007199254740991 });
    assert.equal(number, Number(text));
    const { big } = custom({ big: 9007199254740991 });
    assert.ok(Number.isSafeInteger(big) && String(big).length === 16);
  });

  it('takes a word for the person’s when the person is called so', () => {
    const { kept } = custom({ kept: 'course-v1:77' });
    assert.match(String(kept), /^course-v1:\d\d$/);
    const { lost } = custom({ lost: 'course-v1:77' }, { name: 'Ada Course' });
    assert.doesNotMatch(String(lost), /course/);
  });

  it('believes the names of custom parameters nothing, and those of LTI’s own claims only what looks right', () => {
    const { version, roles, type } = custom({ version: 'jane', roles: 'Student', type: 'doe' });
    assert.doesNotMatch(`${String(version)} ${String(roles)} ${String(type)}`, /jane|Student|doe/);
    const presentation = { document_target: 'Jane Doe’s window', locale: 'en' };
    const kept = redact({ [CLAIM.launchPresentation]: presentation })[CLAIM.launchPresentation] as typeof presentation;
    assert.equal(kept.locale, 'en');
    assert.doesNotMatch(kept.document_target, /Jane|Doe/);
  });

  it('keeps roles of the vocabularies and replaces what the LMS made up', () => {
    const sent = ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner', 'Instructor', 'Friend of Jane'];
    const [uri, short, other] = redact({ [CLAIM.roles]: sent })[CLAIM.roles] as string[];
    assert.deepEqual([uri, short], sent.slice(0, 2));
    assert.doesNotMatch(other ?? '', /Friend|Jane/);
  });

  it('leaves out credentials, opaque data and pictures, by name and by form', () => {
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.c2ln';
    const redacted = redact({
      picture: 'https://lms.law.edu/jane.png',
      [CLAIM.custom]: { access_token: 'x', pc_sig: 'y', harmless: token, list: '7' },
      [CLAIM.deepLinkingSettings]: { data: 'opaque', accept_types: ['link'] },
    });
    assert.ok(!('picture' in redacted));
    assert.deepEqual(Object.keys(redacted[CLAIM.custom] as object), ['list']);
    assert.deepEqual(redacted[CLAIM.deepLinkingSettings], { accept_types: ['link'] });
  });

  it('leaves passwords, ports and secret parameters out of addresses', () => {
    const url = returnUrl('https://jane:pw@lms.law.edu:8443/mod/lti/return.php?course=15&sesskey=Ab12&next_token=x');
    assert.match(url, /^https:\/\/lms\.example\.edu\/mod\/lti\/return\.php\?course=\d\d$/);
  });

  it('names one host the same wherever it stands, and the hosts of the LMS and the tool by what they are', () => {
    const redacted = redact({
      email: 'jane@mail.law.edu',
      [CLAIM.targetLinkUri]: 'https://video.law.edu/lti/launch',
      [CLAIM.toolPlatform]: { guid: 'lms.law.edu', url: 'https://LMS.law.edu/' },
      [CLAIM.launchPresentation]: { return_url: 'https://jane@www.law.edu/' },
      [CLAIM.ext]: { site: 'www.law.edu' },
    });
    assert.equal(redacted['iss'], 'https://lms.example.edu');
    assert.equal(redacted[CLAIM.targetLinkUri], 'https://tool.example.edu/lti/launch');
    assert.deepEqual(redacted[CLAIM.toolPlatform], { guid: 'lms.example.edu', url: 'https://lms.example.edu/' });
    const { return_url: url } = redacted[CLAIM.launchPresentation] as { return_url: string };
    assert.equal(`https://${(redacted[CLAIM.ext] as { site: string }).site}/`, url);
  });

  it('sees one word behind percent signs and in other cases', () => {
    const { plain, capitals, escaped } = custom({ plain: 'jane', capitals: 'JANE', escaped: '%6Aan%65' });
    assert.equal(escaped, plain);
    assert.equal(capitals, String(plain).toUpperCase());
  });

  it('keeps what says nothing: empty values, flags, unresolved variables, HTML entities, escaped commas', () => {
    const parameters = {
      empty: '',
      none: null,
      flag: true,
      spec: '$ResourceLink.id.history',
      braces: '${user_id}',
      template: '@X@user.id@X@',
      end: 'truncated',
    };
    assert.deepEqual(custom(parameters), parameters);
    assert.match(String(custom({ text: 'a&amp;b%2Cc' })['text']), /^[a-z]&amp;[a-z]%2C[a-z]$/);
  });

  it('makes a Kaltura entry id one that a link may carry', () => {
    assert.deepEqual(custom({ entry_id: '1_x7k2m9qa' }), { entry_id: '0_abcd1234' });
  });
});
