import { createFormTokens } from '../../../src/admin/csrf.js';
import { parseParameters } from '../../../src/http/parameters.js';
import { createKeyring } from '../../../src/runtime/keyring.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { assertCode } from '../../support/assert-code.js';
import { testSession } from './test-screen.js';

const SECRETS = ['the first secret of the tests, long enough', 'the second secret of the tests, long enough'] as const;
const session = testSession();
const form = (text: string) => ({ form: parseParameters(text), headers: {} });

describe('a form token', () => {
  const tokens = createFormTokens({ keyring: createKeyring({ secret: SECRETS[0], random: systemRandom }) });
  const token = tokens.tokenFor(session);

  it('fits in the form or in the header', () => {
    tokens.check(form(`a=1&_csrf=${token}`), session);
    tokens.check({ headers: { 'x-csrf-token': token } }, session);
  });

  it('fits after the secret was rotated', () => {
    const keyring = createKeyring({ secret: SECRETS[1], previousSecret: SECRETS[0], random: systemRandom });
    createFormTokens({ keyring }).check(form(`_csrf=${token}`), session);
  });

  it('goes on fitting when the session gets a new token', () => {
    tokens.check(form(`_csrf=${token}`), testSession({ tokenHash: 'renewed', createdAtMs: 500 }));
  });

  it('of another sign-in of the same person does not fit', async () => {
    await assertCode('ACCESS_FORM_STALE', () =>
      tokens.check(form(`_csrf=${token}`), testSession({ expiresAtMs: 2_001 })),
    );
  });

  it('of another session does not fit', async () => {
    await assertCode('ACCESS_FORM_STALE', () =>
      tokens.check(form(`_csrf=${token}`), testSession({ adminId: 'link:Grace Hopper' })),
    );
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['an empty field', '_csrf='],
    ['a changed one', `_csrf=${token.slice(0, -2)}AA`],
    ['a shortened one', `_csrf=${token.slice(0, 8)}`],
    ['a lengthened one', `_csrf=${token}AAAA`],
    ['two fields', `_csrf=${token}&_csrf=${token}`],
  ] as const) {
    it(`is missed when the form holds ${what}`, async () => {
      await assertCode('ACCESS_FORM_STALE', () => tokens.check(form(text), session));
    });
  }
});
