/** What somebody who may only look could read of people. */
import assert from 'node:assert/strict';
import { startInspectorWorld, type InspectorWorld } from '../support/inspector-world.js';

describe('an admin who may only look', () => {
  let world: InspectorWorld;
  beforeEach(async () => void (world = await startInspectorWorld()));
  afterEach(() => world.close());

  it('reads no user id where a new platform waits for its first launch: it may be a login name', async () => {
    await world.launch({ sub: 'ada.byron' });
    const { viewerId = '' } = await world.recorded(1);
    assert.match(viewerId, /ada\.byron/);
    const path = `/admin/platforms/${world.platform.id}/first-launch`;
    for (const role of ['viewer', 'editor'] as const) {
      const admin = await world.admin(role);
      for (const headers of [{}, { 'hx-request': 'true' }]) {
        const answer = await admin.get(path, headers);
        assert.equal(answer.status, 200);
        assert.doesNotMatch(await answer.text(), /ada\.byron/, role);
      }
    }
    assert.match(await (await (await world.admin('owner')).get(path)).text(), /ada\.byron/);
  });
});
