import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Commands } from '../../../../src/store/mongo/commands.js';
import { createLock } from '../../../../src/store/mongo/lock.js';
import { assertCode } from '../../../support/assert-code.js';

const LIFE_MS = 1_000;

describe('the lock of the Mongo store', () => {
  let holders: Map<string, string>;
  let tokens: number;
  const pause = sinon.stub<[number], Promise<void>>();
  const update = sinon.stub<Parameters<Commands['update']>, ReturnType<Commands['update']>>();

  /** One document per lock, changed as the server does it. */
  const asServer: Commands['update'] = async (_collection, filter, { set, onInsert }, upsert) => {
    const name = String(filter['_id']);
    const holder = holders.get(name);
    if (holder === undefined && upsert === true) holders.set(name, String(onInsert?.['holder']));
    else if (holder === undefined || (filter['holder'] !== undefined && filter['holder'] !== holder)) return undefined;
    if (set?.['holder'] !== undefined) holders.set(name, String(set['holder']));
    return { _id: name, holder: holders.get(name) };
  };

  const create = () =>
    createLock({
      commands: { update } as unknown as Commands,
      newToken: () => `t${(tokens += 1)}`,
      pause,
      lifeMs: LIFE_MS,
    });

  beforeEach(() => {
    holders = new Map();
    tokens = 0;
    pause.reset();
    pause.resolves();
    update.reset();
    update.callsFake(asServer);
  });

  it('is held during the work, and given back after it, also after a failure', async () => {
    const withLock = create();
    const during = await withLock('w', 0, async (takenOver) => [holders.get('w'), takenOver]);
    assert.deepEqual(during, ['t1', false]);
    assert.equal(holders.get('w'), '');
    await assert.rejects(
      withLock('w', 0, async () => {
        throw new RangeError('broken');
      }),
      RangeError,
    );
    assert.equal(holders.get('w'), '');
  });

  it('is made when it is not there, also by two at once', async () => {
    update.onSecondCall().callsFake(async () => {
      holders.set('w', '');
      throw Object.assign(new Error('taken'), { code: 11000 });
    });
    assert.equal(await create()('w', 50, async () => 'done'), 'done');
  });

  it('lets the second wait, longer each time, until the first is done', async () => {
    holders.set('w', 'other');
    pause.onCall(4).callsFake(async () => void holders.set('w', ''));
    assert.equal(await create()('w', 500, async (takenOver) => takenOver), false);
    assert.deepEqual(
      pause.args.map(([ms]) => ms),
      [5, 10, 20, 40, 50],
    );
  });

  it('is refused with STORE_BUSY when the time to wait is over', async () => {
    holders.set('w', 'other');
    await assertCode('STORE_BUSY', () => create()('w', 100, async () => 'done'));
    assert.equal(holders.get('w'), 'other');
  });

  it('is taken over from a holder that did not change for its whole life, counted over several tries', async () => {
    const withLock = create();
    holders.set('w', 'gone');
    for (let tries = 0; tries < 2; tries += 1) await assertCode('STORE_BUSY', () => withLock('w', 400, async () => 0));
    assert.equal(await withLock('w', 400, async (takenOver) => takenOver), true);
    assert.equal(holders.get('w'), '');
    const waitedMs = pause.args.reduce((sum, [ms]) => sum + ms, 0);
    assert.ok(waitedMs >= LIFE_MS, `${waitedMs} ms`);
  });

  it('is never taken over from holders that change', async () => {
    holders.set('w', 'h');
    pause.callsFake(async () => void holders.set('w', `${holders.get('w') ?? ''}h`));
    await assertCode('STORE_BUSY', () => create()('w', 5 * LIFE_MS, async () => 0));
  });

  it('is not given back by somebody who lost it', async () => {
    await create()('w', 0, async () => void holders.set('w', 'another'));
    assert.equal(holders.get('w'), 'another');
  });
});
