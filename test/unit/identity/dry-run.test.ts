import assert from 'node:assert/strict';
import type { ViewerCandidates } from '../../../src/adapter-sdk/types.js';
import { dryRun, type DryRunInput } from '../../../src/identity/dry-run.js';
import { checkIdentitySettings, readIdentitySettings } from '../../../src/identity/settings.js';
import type { ViewerId } from '../../../src/runtime/ids.js';
import type { ViewerPin } from '../../../src/store/ports.js';
import { otherTenant, PSEUDONYM_KEY, tenantWith } from '../../support/identity.js';

const tenant = tenantWith();
const shared = (rule: string) => checkIdentitySettings({ rule, sharedIds: true });
const pin = (subject: string, viewerId: string, kind: ViewerPin['kind'] = 'pin'): ViewerPin => ({
  tenantId: tenant.id,
  subject,
  viewerId: viewerId as ViewerId,
  kind,
  atMs: 1,
});
const run = (viewers: ViewerCandidates[], input: Partial<DryRunInput> = {}) => {
  const { rows, ...counts } = dryRun({
    tenant,
    tenants: [tenant, otherTenant()],
    viewers,
    pins: [],
    present: readIdentitySettings(undefined),
    pseudonymKey: PSEUDONYM_KEY,
    ...input,
  });
  return { rows, counts };
};
const none = { withoutSub: 0, changed: 0, unusable: 0, colliding: 0, kept: 0 };

describe('a dry run', () => {
  it('changes nobody without a wish', () => assert.deepEqual(run([{ sub: '1', username: 'ada' }]).counts, none));

  it('counts who changes, who is unusable, who collides, and launches that name nobody', () => {
    const viewers = [
      { sub: '1', username: 'ada' },
      { sub: '2', username: 'b b' },
      { sub: '3', username: 'cy' },
      { sub: '4', username: 'CY' },
      { sub: '5', username: 'arts_7' },
      { sub: '6' },
      {},
    ];
    const { counts } = run(viewers, { wish: shared('{username}') });
    assert.deepEqual(counts, { ...none, changed: 1, unusable: 2, colliding: 3, withoutSub: 1 });
  });

  it('says why, and never a value', () => {
    const { rows } = run([{ sub: '1', username: 'Zoë Secret' }], { wish: shared('{username}') });
    assert.ok(rows[0] && 'problem' in rows[0].wish);
    assert.match(rows[0].wish.problem, /username in \{username\}/);
    assert.ok(!rows[0].wish.problem.includes('Secret'));
  });

  it('leaves pins and aliases as they are, as a launch does', () => {
    const { rows, counts } = run(
      [
        { sub: '1', username: 'ada' },
        { sub: '2', username: 'ben' },
      ],
      {
        pins: [pin('1', 'old'), pin('2', 'other', 'alias')],
        wish: shared('{username}'),
      },
    );
    assert.deepEqual(counts, { ...none, kept: 2 });
    assert.deepEqual(
      rows.map(({ wish }) => 'viewerId' in wish && wish.viewerId),
      ['old', 'other'],
    );
  });

  it('lets the rule decide anew where pins would be forgotten, and keeps aliases', () => {
    const { counts } = run(
      [
        { sub: '1', username: 'ada' },
        { sub: '2', username: 'ben' },
      ],
      {
        pins: [pin('1', 'old'), pin('2', 'other', 'alias')],
        wish: shared('{username}'),
        forgetPins: true,
      },
    );
    assert.deepEqual(counts, { ...none, changed: 1, kept: 1 });
  });

  it('meets people who are pinned though they are in no recorded launch', () => {
    const { counts } = run([{ sub: '1', username: 'ada' }], { pins: [pin('9', 'Ada')], wish: shared('{username}') });
    assert.equal(counts.colliding, 1);
  });

  it('does not call two subs of one alias a collision', () => {
    const { counts } = run([{ sub: '1' }, { sub: '2' }], {
      pins: [pin('1', 'ada', 'alias'), pin('2', 'ada', 'alias')],
    });
    assert.deepEqual(counts, { ...none, kept: 2 });
  });
});
