import assert from 'node:assert/strict';
import { createLaunchList } from '../../../../src/admin/launches/launch-list.js';
import { parseParameters } from '../../../../src/http/parameters.js';
import type { CategoryId, EntryId, LaunchId, PlatformId, TenantId, ViewerId } from '../../../../src/runtime/ids.js';
import type { LaunchRecord, Store } from '../../../../src/store/ports.js';
import { factsOf } from '../../ui/ui-kit.js';
import { testKeyring, testScreen } from '../test-screen.js';

const record = (overrides: Partial<LaunchRecord> = {}): LaunchRecord => ({
  launchId: '0193fd10-7c1e-7000-8000-00000000abcd' as LaunchId,
  requestId: 'request-1',
  atMs: Date.UTC(2026, 10, 23, 5, 32, 19),
  outcome: 'played',
  step: 'page',
  steps: [],
  platformId: 'p1' as PlatformId,
  tenantId: 't1' as TenantId,
  viewerId: 'campus_42' as ViewerId,
  courseTitle: 'Biology 101',
  categoryId: '4711' as CategoryId,
  categoryOrigin: 'matched',
  applicationName: 'Moodle LTI',
  entryId: '1_abcdefgh' as EntryId,
  ...overrides,
});

async function show(records: LaunchRecord[], query = ''): Promise<string> {
  const store = {
    launches: { list: () => Promise.resolve(records) },
    platforms: { list: () => Promise.resolve([{ id: 'p1', name: 'Moodle of the Law School' }]) },
    tenants: { find: () => Promise.resolve({ id: 't1', namespace: 'campus' }) },
    blockedFrames: { list: () => Promise.resolve([]) },
  } as unknown as Store;
  const list = createLaunchList({ store, keyring: testKeyring, clock: { nowMs: () => 0 } });
  const { body } = await list.handler(factsOf({ query: parseParameters(query) }), testScreen());
  return String(body);
}

describe('launch list', () => {
  it('shows who played what, where and from which application, and leads to each launch', async () => {
    const html = await show([record()]);
    for (const value of [
      'Played',
      'Moodle of the Law School',
      'campus_42',
      'Biology 101',
      '4711',
      'Moodle LTI',
      '1_abcdefgh',
    ]) {
      assert.ok(html.includes(`>${value}<`), value);
    }
    assert.match(html, /href="\/admin\/launches\/0193fd10-7c1e-7000-8000-00000000abcd"><time[^>]*>05:32:19</);
  });

  it('shows code and step of a failed launch, and a dash for what is unknown', async () => {
    const html = await show([
      record({ outcome: 'failed', code: 'LAUNCH_STATE_FOREIGN', step: 'prove-browser', viewerId: undefined as never }),
    ]);
    assert.match(html, /dot-bad/);
    assert.match(html, /LAUNCH_STATE_FOREIGN/);
    assert.match(html, /at prove-browser/);
    assert.match(html, /aria-label="unknown">–</);
    assert.doesNotMatch(html, /undefined/);
  });

  it('tells an admin who signed in from an LMS from a play', async () => {
    assert.match(await show([record({ step: 'admin' })]), /Admin sign-in/);
  });

  it('tells a course without category from an unknown one', async () => {
    const { categoryId: _none, ...rest } = record({ categoryOrigin: 'unmapped' });
    assert.match(await show([rest]), /class="none">none</);
  });

  it('escapes names that come from an LMS, and what stands in the address', async () => {
    const html = await show([record({ courseTitle: '<script>x</script>' })], 'code=%22%3E%3Cscript%3Ex');
    assert.doesNotMatch(html, /<script>x/);
  });

  it('says what to do when there is none, and when none fits', async () => {
    const html = await show([]);
    assert.match(html, /No launches yet/);
    assert.doesNotMatch(html, /<table/);
    assert.match(await show([], 'outcome=failed'), /No launch fits/);
  });
});
