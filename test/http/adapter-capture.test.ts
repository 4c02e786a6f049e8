/** A launch that arrives over HTTP, and the fixture that the author of an adapter gets of it. */
import assert from 'node:assert/strict';
import { parseClaims } from '../../src/adapter-sdk/index.js';
import { createCapturedLaunches } from '../../src/launch/captured-launches.js';
import { systemClock } from '../../src/runtime/clock.js';
import { createKeyring } from '../../src/runtime/keyring.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { LaunchRecord } from '../../src/store/ports.js';
import { claimName, startToolWorld, type ToolWorld } from '../support/tool-world.js';

const SECRET = 'a secret of the tests that is long enough to be one';
const PERSONAL = { sub: 'jane.doe', name: 'Jane Doe', email: 'jane.doe@law.example.org' };
const HOUR_MS = 3_600_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Records are written a moment after the launch. */
async function recordsOf(world: ToolWorld, count: number): Promise<LaunchRecord[]> {
  for (;;) {
    const records = await world.store.launches.list({ limit: 10 });
    if (records.length >= count) return records;
    await pause(50);
  }
}

describe('a captured launch', () => {
  let world: ToolWorld;
  const captures = () =>
    createCapturedLaunches({
      store: world.store,
      keyring: createKeyring({ secret: SECRET, random: systemRandom }),
      clock: systemClock,
      pause,
    });

  afterEach(() => world.close());

  it('is kept without its person while the platform captures, also when it fails', async () => {
    world = await startToolWorld({ settings: { captureUntilMs: systemClock.nowMs() + HOUR_MS } });
    assert.equal((await world.launch(PERSONAL)).status, 200);
    await recordsOf(world, 1);
    const played = await captures().last();
    assert.equal(played.record.outcome, 'played');
    assert.doesNotMatch(JSON.stringify(played.payload), /jane|doe|law/i);
    assert.equal(parseClaims(played.payload).context?.title?.length, 'Biology 101'.length);

    await world.launch({ ...PERSONAL, [claimName('custom')]: {} });
    await recordsOf(world, 2);
    const failed = await captures().last();
    assert.equal(failed.record.code, 'LAUNCH_WITHOUT_ENTRY');
    assert.equal((await captures().byRequestId(failed.record.requestId)).payload['sub'], played.payload['sub']);
  });

  it('leaves no trace when the platform does not capture', async () => {
    world = await startToolWorld();
    await world.launch(PERSONAL);
    const [record] = await recordsOf(world, 1);
    assert.equal(record?.sealedClaims, undefined);
  });
});
