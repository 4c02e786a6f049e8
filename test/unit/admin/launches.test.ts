import assert from 'node:assert/strict';
import { createLaunchList } from '../../../src/admin/launches.js';
import type { CategoryId, EntryId, LaunchId, PlatformId, ViewerId } from '../../../src/runtime/ids.js';
import type { LaunchRecord, Store } from '../../../src/store/ports.js';
import { factsOf } from '../ui/ui-kit.js';
import { testScreen } from './test-screen.js';

const record = (overrides: Partial<LaunchRecord> = {}): LaunchRecord => ({
  launchId: '0193' as LaunchId,
  requestId: 'request-1',
  atMs: Date.UTC(2026, 10, 23, 5, 32, 19),
  outcome: 'played',
  step: 'page',
  steps: [],
  platformId: 'p1' as PlatformId,
  viewerId: 'campus_student-42' as ViewerId,
  courseTitle: 'Biology 101',
  categoryId: '4711' as CategoryId,
  categoryOrigin: 'matched',
  applicationName: 'Moodle LTI',
  entryId: '1_abcdefgh' as EntryId,
  ...overrides,
});

async function show(records: LaunchRecord[]): Promise<string> {
  const store = {
    launches: { list: () => Promise.resolve(records) },
    platforms: { list: () => Promise.resolve([{ id: 'p1', name: 'Moodle of the Law School' }]) },
  } as unknown as Store;
  const { body } = await createLaunchList({ store }).handler(factsOf(), testScreen());
  return String(body);
}

describe('launch list', () => {
  it('shows who played what, where and from which application', async () => {
    const html = await show([record()]);
    for (const value of [
      '05:32:19',
      'Played',
      'Moodle of the Law School',
      'campus_student-42',
      'Biology 101',
      '4711',
      'Moodle LTI',
      '1_abcdefgh',
    ]) {
      assert.ok(html.includes(`>${value}<`), value);
    }
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

  it('tells a course without category from an unknown one', async () => {
    const { categoryId: _none, ...rest } = record({ categoryOrigin: 'unmapped' });
    assert.match(await show([rest]), /class="none">none</);
  });

  it('escapes names that come from an LMS', async () => {
    const html = await show([record({ courseTitle: '<script>x</script>', viewerId: '" onmouseover="x' as ViewerId })]);
    assert.doesNotMatch(html, /<script>x|" onmouseover="/);
  });

  it('says what to do when there is none', async () => {
    const html = await show([]);
    assert.match(html, /No launches yet/);
    assert.doesNotMatch(html, /<table/);
  });
});
