import { createFormTokens } from '../../../src/admin/csrf.js';
import { createNotices } from '../../../src/admin/notices.js';
import { createAdminShell, type AdminShell } from '../../../src/admin/shell.js';
import type { RequestFacts } from '../../../src/http/types.js';
import { createKeyring } from '../../../src/runtime/keyring.js';
import { systemRandom } from '../../../src/runtime/random.js';
import type { AdminSession } from '../../../src/store/ports.js';
import type { AdminRoute, AdminScreen } from '../../../src/ui/admin-screen.js';
import { createUiKit, factsOf } from '../ui/ui-kit.js';

export const testKeyring = createKeyring({
  secret: 'a secret of the tests, long enough to be one',
  random: systemRandom,
});

export const testSession = (overrides: Partial<AdminSession> = {}): AdminSession => ({
  tokenHash: 'hash-of-the-session',
  adminId: 'link:Ada Byron',
  name: 'Ada Byron',
  role: 'owner',
  createdAtMs: 0,
  idleExpiresAtMs: 1_000,
  expiresAtMs: 2_000,
  ...overrides,
});

export function testShell(table: readonly AdminRoute[] = [], clock = { nowMs: () => 0 }): AdminShell {
  return createAdminShell({
    table,
    ...createUiKit(),
    formTokens: createFormTokens({ keyring: testKeyring }),
    notices: createNotices({ keyring: testKeyring, clock }),
  });
}

/** The screen that a handler gets, without a guard before it. */
export const testScreen = (session: AdminSession = testSession(), request: Partial<RequestFacts> = {}): AdminScreen =>
  testShell().screenFor(factsOf(request), session);
