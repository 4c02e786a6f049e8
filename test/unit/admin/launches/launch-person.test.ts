import assert from 'node:assert/strict';
import { shownPerson } from '../../../../src/admin/launches/launch-person.js';
import type { TenantId, ViewerId } from '../../../../src/runtime/ids.js';
import { testKeyring } from '../test-screen.js';

const tenant = { id: 't' as TenantId, namespace: 'law' };
const shown = (viewerId: string, of: { tenant?: typeof tenant } = { tenant }) =>
  shownPerson(viewerId as ViewerId, of.tenant, testKeyring);

describe('a person on a screen without personal values', () => {
  it('is shown by an id that tells nothing without the LMS', () => {
    for (const id of [
      'law_42',
      'law_0193fd10-7c1e-7000-8000-00000000abcd',
      'law_habcdefghijklmnopqrstuvwxyz234567',
      'law.guest.0193fd10-7c1e-7000-8000-00000000abcd',
    ]) {
      assert.deepEqual(shown(id), { viewerId: id });
    }
  });

  it('is hidden when the id may be a name, an address, a number of the institution, or another tenant’s', () => {
    for (const id of ['law_ada.byron@example.edu', 'law_ada', 'law-ada', 'law-s1234567', 'ada', '42', 'arts_42']) {
      assert.match(shown(id).alias ?? '', /^[0-9a-f]{6}$/, id);
      assert.equal(shown(id).viewerId, undefined, id);
    }
    assert.equal(shown('law_42', {}).viewerId, undefined);
  });

  it('keeps their made-up name, and shares it with nobody', () => {
    assert.deepEqual(shown('law-ada'), shown('law-ada'));
    assert.notDeepEqual(shown('law-ada'), shown('law-grace'));
  });
});
