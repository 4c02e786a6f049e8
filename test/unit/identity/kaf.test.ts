import assert from 'node:assert/strict';
import { fromKafSettings, type KafSettings } from '../../../src/identity/kaf.js';
import { checkIdentitySettings } from '../../../src/identity/settings.js';
import { assertCode } from '../../support/assert-code.js';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';

describe('settings of KAF', () => {
  const cases: [kaf: KafSettings, adapterId: string, rule: string][] = [
    [{ lti13UserIdClaim: 'sub' }, 'canvas', '{sub}'],
    [{ lti13UserIdClaim: 'email', lti13UserIdClaimProperty: '' }, 'canvas', '{email}'],
    [{ lti13UserIdClaim: `${CLAIM}/lis`, lti13UserIdClaimProperty: 'person_sourcedid' }, 'canvas', '{sourcedId}'],
    [{ lti13UserIdClaim: 'lti1p1', lti13UserIdClaimProperty: 'user_id' }, 'canvas', '{lti1p1}'],
    [{ lti13UserIdClaim: `${CLAIM}/lti11_legacy_user_id` }, 'canvas', '{lti1p1}'],
    [{ lti13UserIdClaim: `${CLAIM}/ext`, lti13UserIdClaimProperty: 'user_username' }, 'moodle', '{username}'],
    [{ lti13UserIdClaim: `${CLAIM}/custom`, lti13UserIdClaimProperty: 'canvas_login_id' }, 'canvas', '{username}'],
    [{ lti13UserIdClaim: 'custom', lti13UserIdClaimProperty: 'username' }, 'moodle', '{username}'],
    [{ ltiUserIdAttribute: 'user_id' }, 'moodle', '{username}'],
    [{ ltiUserIdAttribute: 'user_id' }, 'sakai', '{lti1p1|sub:lastSegment}'],
    [{ ltiUserIdAttribute: 'user_id' }, 'canvas', '{lti1p1|sub}'],
    [{ ltiUserIdAttribute: 'user_id' }, 'constructor', '{lti1p1|sub}'],
    [{ ltiUserIdAttribute: 'lis_person_sourcedid' }, 'sakai', '{sourcedId}'],
    [{ ltiUserIdAttribute: 'lis_person_contact_email_primary' }, 'canvas', '{email}'],
    [{ ltiUserIdAttribute: 'ext_user_username' }, 'moodle', '{username}'],
    [{ ltiUserIdAttribute: 'custom_canvas_user_login_id' }, 'canvas', '{username}'],
    [{ ltiUserIdAttribute: 'user_id', lti13UserIdClaim: 'sub' }, 'moodle', '{sub}'],
  ];
  for (const [kaf, adapterId, rule] of cases) {
    it(`of ${adapterId}, ${JSON.stringify(kaf)}, are the rule ${rule}`, () => {
      const settings = fromKafSettings(kaf, adapterId);
      assert.deepEqual(settings, { rule, sharedIds: true });
      assert.equal(checkIdentitySettings(settings).rule.kind, 'template');
    });
  }

  const wrong: [kaf: KafSettings, reason: RegExp][] = [
    [{}, /ltiUserIdAttribute; known are user_id/],
    [{ ltiUserIdAttribute: 'roles' }, /known are user_id/],
    [{ ltiUserIdAttribute: 'toString' }, /known are user_id/],
    [{ lti13UserIdClaim: 'name' }, /known are sub, email/],
    [{ lti13UserIdClaim: 'constructor' }, /known are sub, email/],
    [{ lti13UserIdClaim: 'sub', lti13UserIdClaimProperty: 'id' }, /known are sub, email/],
    [{ lti13UserIdClaimProperty: 'user_id' }, /says nothing without lti13UserIdClaim/],
    [{ ltiUserIdAttribute: 'custom_badge_number' }, /usernameParameter/],
  ];
  for (const [kaf, reason] of wrong) {
    it(`${JSON.stringify(kaf)} are refused with what would do`, async () => {
      const error = await assertCode('INPUT_INVALID', () => fromKafSettings(kaf, 'moodle'));
      assert.match(error.reason ?? '', reason);
    });
  }
});
