import assert from 'node:assert/strict';
import type { PlatformSettings, TenantRecord } from '../../src/store/ports.js';
import { claimName, codeOf, DEPLOYMENT_ID, startToolWorld, type ToolWorld } from '../support/tool-world.js';

const OWN_PLAYER = 23448599;
const CLI = { kind: 'cli' as const };

/** The values that the page's script reads. */
async function pageValues(response: Response): Promise<Record<string, unknown>> {
  assert.equal(response.status, 200);
  const html = await response.text();
  const [, json = ''] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

const courseOf = (id: string, more: object = {}) => ({
  [claimName('context')]: { id, title: `Course ${id}`, type: ['CourseSection'], ...more },
});

describe('the course of a launch', () => {
  let world: ToolWorld;
  beforeEach(async () => void (world = await startToolWorld()));
  afterEach(() => world.close());

  const tenant = async (): Promise<TenantRecord> => {
    const [only] = await world.store.tenants.list();
    assert.ok(only);
    return only;
  };
  /** The change feed looks once a second. */
  const untilSeen = () => new Promise((resolve) => setTimeout(resolve, 1_200));
  const changeSettings = async (settings: Partial<PlatformSettings>): Promise<void> => {
    const now = await world.store.platforms.findById(world.platform.id);
    assert.ok(now);
    const change = { settings: { ...now.settings, ...settings } };
    await world.store.platforms.update(now.id, now.version, change, CLI);
    await untilSeen();
  };
  const changeCourses = async (courseSettings: object): Promise<void> => {
    const { id, version } = await tenant();
    await world.store.tenants.update(id, version, { courseSettings }, CLI, Date.now());
    await untilSeen();
  };

  it('is recorded with where it was seen and with the institution’s own id', async () => {
    await world.launch({ [claimName('lis')]: { course_section_sourcedid: 'BIO101-2026F' } });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const course = await world.store.courses.find((await tenant()).id, '15');
    assert.equal(course?.sourcedId, 'BIO101-2026F');
    assert.deepEqual(course?.seenIn, [{ platformId: world.platform.id, deploymentId: DEPLOYMENT_ID }]);
  });

  it('is mapped by the tenant’s rule, which plays report from then on', async () => {
    await world.launch();
    await changeCourses({
      rules: [{ id: 'r1', field: 'label', pattern: '([A-Z]+).*', categoryPath: 'Faculties>$1', create: true }],
    });
    const values = await pageValues(await world.launch(courseOf('20', { label: 'LAW 7' })));
    const mapping = await world.store.mappings.find((await tenant()).id, '20');
    assert.equal(values['categoryId'], mapping?.categoryId);
    assert.equal(mapping?.origin, 'rule');
    assert.equal(mapping.categoryFullName, `${world.kaltura.rootCategory}>Faculties>LAW`);
  });

  it('inherits the category of the course that it was copied from', async () => {
    const original = await pageValues(await world.launch());
    const { [claimName('custom')]: custom } = world.claims({ nonce: '' });
    const copy = await pageValues(
      await world.launch({
        ...courseOf('30'),
        [claimName('custom')]: { ...(custom as object), context_history: '15' },
      }),
    );
    assert.equal(copy['categoryId'], original['categoryId']);
    assert.equal((await world.store.mappings.find((await tenant()).id, '30'))?.origin, 'inherited');
  });

  it('plays in its own player, else in the platform’s, also after a reload', async () => {
    await world.launch();
    await changeSettings({ uiConfId: 7_000 });
    await changeCourses({ players: { '15': OWN_PLAYER } });
    const own = await pageValues(await world.launch());
    assert.equal(own['uiConfId'], OWN_PLAYER);
    const reload = await fetch(`${world.baseUrl}${String(own['publicPath'])}/resume`, {
      method: 'POST',
      headers: { origin: world.publicUrl },
      body: new URLSearchParams({ grant: String(own['grant']) }),
    });
    assert.equal((await pageValues(reload))['uiConfId'], OWN_PLAYER);
    assert.equal((await pageValues(await world.launch(courseOf('16'))))['uiConfId'], 7_000);
  });
});

describe('a platform that is limited to a pilot', () => {
  const contact = 'Ask <b>Grace</b>: media@example.edu';
  let world: ToolWorld;
  before(async () => {
    world = await startToolWorld({ settings: { pilot: { courseKeys: ['15'], deploymentIds: ['other'], contact } } });
  });
  after(() => world.close());

  it('serves the courses that take part', async () => {
    assert.equal((await world.launch()).status, 200);
  });

  it('tells everybody else whom to ask, as plain text', async () => {
    const response = await world.launch(courseOf('16'));
    const html = await response.clone().text();
    assert.equal(response.status, 403);
    assert.equal(await codeOf(response), 'LAUNCH_NOT_IN_PILOT');
    assert.match(html, /This course does not take part yet\./);
    assert.match(html, /Ask &lt;b&gt;Grace&lt;\/b&gt;: media@example\.edu/);
  });

  it('has nothing for a launch without a course', async () => {
    assert.equal((await world.launch({ [claimName('context')]: undefined })).status, 403);
  });

  it('leaves no tenant, course or viewer behind for those who do not take part', async () => {
    const refusing = await startToolWorld({ settings: { pilot: { courseKeys: [], deploymentIds: [], contact } } });
    try {
      assert.equal((await refusing.launch()).status, 403);
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.deepEqual(await refusing.store.tenants.list(), []);
      const [record] = await refusing.store.launches.list({ limit: 1 });
      assert.deepEqual([record?.code, record?.courseKey], ['LAUNCH_NOT_IN_PILOT', '15']);
    } finally {
      await refusing.close();
    }
  });

  it('serves all courses of a deployment that takes part', async () => {
    const pilot = { courseKeys: [], deploymentIds: [DEPLOYMENT_ID], contact };
    const open = await startToolWorld({ settings: { pilot } });
    try {
      assert.equal((await open.launch(courseOf('99'))).status, 200);
    } finally {
      await open.close();
    }
  });
});
