import assert from 'node:assert/strict';
import type { LtiClaims } from '../../../src/adapter-sdk/types.js';
import { chooseEntry } from '../../../src/launch/choose-entry.js';
import { assertCode } from '../../support/assert-code.js';

const claims = (custom: LtiClaims['custom'] = {}) => ({ custom }) as LtiClaims;
const target = (path = '/lti/launch') => new URL(path, 'https://tool.example.org');

describe('the entry that a link asks for', () => {
  it('is the one of the parameter, before the one of the target', () => {
    const choice = chooseEntry(claims({ entry_id: '0_abcd1234' }), target('/play/1_zzzz9999'));
    assert.deepEqual(choice, { entryId: '0_abcd1234' });
  });

  it('is the one of the target’s path or query when no parameter names one', () => {
    assert.equal(chooseEntry(claims(), target('/play/1_zzzz9999')).entryId, '1_zzzz9999');
    assert.equal(chooseEntry(claims(), target('/lti/launch?entry_id=1_zzzz9999')).entryId, '1_zzzz9999');
  });

  it('is found whatever the case of the parameter’s name, and not in a variable that the LMS left as it is', async () => {
    assert.equal(chooseEntry(claims({ Entry_Id: '0_abcd1234' }), target()).entryId, '0_abcd1234');
    await assertCode('LAUNCH_WITHOUT_ENTRY', () => chooseEntry(claims({ entry_id: '$ResourceLink.entry' }), target()));
  });

  it('comes with the signature of the link', () => {
    assert.equal(chooseEntry(claims({ entry_id: '0_abcd1234', pc_sig: 'v1.x' }), target()).signature, 'v1.x');
    assert.equal(chooseEntry(claims(), target('/play/0_abcd1234?pc_sig=v1.y')).signature, 'v1.y');
  });

  it('is refused when it is none, or malformed', async () => {
    await assertCode('LAUNCH_WITHOUT_ENTRY', () => chooseEntry(claims(), target()));
    for (const wish of [
      '0_ABCD1234',
      '2_abcd1234',
      '0_abcd12345',
      '0_abcd123',
      "0_abcd123'",
      '0_abcd1234\n',
      '0_abcd1234,1_zzzz9999',
      '../x',
    ]) {
      await assertCode('ENTRY_ID_MALFORMED', () => chooseEntry(claims({ entry_id: wish }), target()));
    }
  });
});
