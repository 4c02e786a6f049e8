import assert from 'node:assert/strict';
import { createViewGrants, type ViewGrant } from '../../../src/launch/view-grant.js';
import { assertCode } from '../../support/assert-code.js';
import { NOW_MS, settableClock, testKeyring } from '../../support/lti-world.js';

const grant = {
  launchId: '01900000-0000-7000-8000-00000000000b',
  platformId: '01900000-0000-7000-8000-000000000001',
  platformRef: 'AAAAAAAAAAE',
  deploymentId: '1',
  accountId: 'main',
  viewerId: 'moodle_42',
  entryId: '1_abcd1234',
  categoryId: '86091',
  applicationName: 'Moodle',
  frameOrigins: ['https://moodle.example.edu'],
  expiresAtMs: NOW_MS + 1_000,
} as unknown as ViewGrant;

describe('a view grant', () => {
  const clock = settableClock();
  const grants = createViewGrants({ keyring: testKeyring(), clock });

  it('opens as what was sealed, for its own launch', () => {
    assert.deepEqual(grants.open(grants.seal(grant), grant.launchId), grant);
  });

  it('hides what it holds', () => {
    assert.doesNotMatch(Buffer.from(grants.seal(grant), 'base64url').toString('latin1'), /moodle|1_abcd1234/);
  });

  it('is refused for another launch, when it is made up, or missing', async () => {
    await assertCode('VIEW_GRANT_INVALID', () => grants.open(grants.seal(grant), 'another'));
    await assertCode('VIEW_GRANT_INVALID', () => grants.open('made-up', grant.launchId));
    await assertCode('VIEW_GRANT_MISSING', () => grants.open('', grant.launchId));
    await assertCode('VIEW_GRANT_MISSING', () => grants.open({ $gt: '' }, grant.launchId));
  });

  it('is refused from the moment at which it ends', async () => {
    const sealed = grants.seal(grant);
    clock.set(grant.expiresAtMs - 1);
    grants.open(sealed, grant.launchId);
    clock.set(grant.expiresAtMs);
    await assertCode('VIEW_GRANT_EXPIRED', () => grants.open(sealed, grant.launchId));
    clock.set(NOW_MS);
  });

  it('is refused when what was sealed is no grant, such as one of an older version', async () => {
    const sealed = testKeyring().seal('view-grant', { ...grant, entryId: '../../x' });
    await assertCode('VIEW_GRANT_INVALID', () => grants.open(sealed, grant.launchId));
  });
});
