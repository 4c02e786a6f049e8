import assert from 'node:assert/strict';
import { openDetails, personCode, sealDetails } from '../../../src/admin/person-details.js';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { testKeyring } from './test-screen.js';

const person = { platformId: 'p1' as PlatformId, deploymentId: '1', subject: 'ada' };

describe('a person who asks to sign in from an LMS', () => {
  it('is named to the owner only: what is stored tells nothing', () => {
    const sealedName = sealDetails({ name: 'Ada Byron', email: 'ada@example.edu' }, testKeyring);
    assert.doesNotMatch(Buffer.from(sealedName, 'base64url').toString('latin1'), /Ada|example/);
    assert.deepEqual(openDetails({ sealedName }, testKeyring), { name: 'Ada Byron', email: 'ada@example.edu' });
  });

  it('has no name when none was sent, and when what is stored is none of ours', () => {
    assert.deepEqual(openDetails({}, testKeyring), {});
    assert.deepEqual(openDetails({ sealedName: 'made up by somebody, long enough to be one' }, testKeyring), {});
    assert.deepEqual(openDetails({ sealedName: sealDetails({}, testKeyring) }, testKeyring), {});
  });

  it('has a code that another subject, deployment or platform does not have', () => {
    const codes = [
      person,
      { ...person, subject: 'Ada' },
      { ...person, deploymentId: '2' },
      { ...person, platformId: 'p2' as PlatformId },
    ].map((each) => personCode(each, testKeyring));
    assert.match(codes[0] ?? '', /^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
    assert.equal(new Set(codes).size, 4);
    assert.equal(personCode(person, testKeyring), codes[0]);
  });
});
