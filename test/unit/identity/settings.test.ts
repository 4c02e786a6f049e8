import assert from 'node:assert/strict';
import { checkIdentitySettings, readIdentitySettings } from '../../../src/identity/settings.js';
import { assertCode } from '../../support/assert-code.js';

describe('identity settings', () => {
  it('are the default rule and nobody without a sub when nothing is stored', () => {
    const { rule, withoutSub, sharedIds } = readIdentitySettings(undefined);
    assert.deepEqual([rule.kind, withoutSub, sharedIds], ['default', 'refuse', false]);
    assert.equal(readIdentitySettings(null), readIdentitySettings(undefined));
  });

  it('take ids without a namespace only when somebody says that they are shared', async () => {
    const error = await assertCode('INPUT_INVALID', () => checkIdentitySettings({ rule: '{username}' }));
    assert.match(error.reason ?? '', /shared on purpose/);
    assert.equal(checkIdentitySettings({ rule: '{username}', sharedIds: true }).rule.kind, 'template');
    assert.equal(checkIdentitySettings({ rule: '{namespace}-{username}' }).rule.kind, 'template');
  });

  it('tell the one who writes them where the rule is wrong', async () => {
    const error = await assertCode('INPUT_INVALID', () =>
      checkIdentitySettings({ rule: '{usrname}', sharedIds: true }),
    );
    assert.match(error.reason ?? '', /At position 2: .*did you mean username\?/);
  });

  it('that cannot be read fail the launch with a code of their own', async () => {
    for (const stored of [{ rule: '{x' }, { rule: '{username}' }, { rules: 'default' }, 'default', 7, []]) {
      await assertCode('IDENTITY_RULE_INVALID', () => readIdentitySettings(stored));
    }
  });

  it('are parsed once per stored object', () => {
    const stored = { rule: 'pseudonym' };
    assert.equal(readIdentitySettings(stored), readIdentitySettings(stored));
  });
});
