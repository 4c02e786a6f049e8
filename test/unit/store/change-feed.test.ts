import assert from 'node:assert/strict';
import sinon from 'sinon';
import { cachedLookup, createChangeFeed } from '../../../src/store/change-feed.js';

describe('change feed', () => {
  let clock: sinon.SinonFakeTimers;
  let number: number;
  let errors: unknown[];
  const store = { changeNumber: async () => number };

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    number = 7;
    errors = [];
  });
  afterEach(() => clock.restore());

  const feed = (changing = store) => createChangeFeed(changing, (error) => void errors.push(error));

  it('tells each listener once per change seen', async () => {
    const changes = feed();
    await changes.poll();
    const [first, second] = [sinon.fake(), sinon.fake()];
    changes.subscribe(first);
    changes.subscribe(second);
    await changes.poll();
    number += 1;
    await changes.poll();
    await changes.poll();
    assert.deepEqual([first.callCount, second.callCount], [1, 1]);
  });

  it('looks once a second between start and stop', async () => {
    const changeNumber = sinon.fake(store.changeNumber);
    const changes = feed({ changeNumber });
    changes.start();
    changes.start();
    await clock.tickAsync(3_000);
    assert.equal(changeNumber.callCount, 3);
    changes.stop();
    await clock.tickAsync(3_000);
    assert.equal(changeNumber.callCount, 3);
  });

  it('reports a store that fails and sees the change later', async () => {
    let broken = true;
    const failure = new Error('locked');
    const changes = feed({ changeNumber: async () => (broken ? Promise.reject(failure) : number) });
    const listener = sinon.fake();
    changes.subscribe(listener);
    await changes.poll();
    assert.deepEqual(errors, [failure]);
    assert.equal(listener.callCount, 0);
    broken = false;
    await changes.poll();
    assert.equal(listener.callCount, 1);
  });
});

describe('cached lookup', () => {
  let clock: sinon.SinonFakeTimers;
  let changed: () => void;
  const changes = { subscribe: (listener: () => void) => void (changed = listener) };

  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('loads a key once, for callers at the same time and later', async () => {
    const load = sinon.fake(async (key: string) => `value of ${key}`);
    const lookup = cachedLookup(changes, load);
    const found = await Promise.all([lookup.get('a'), lookup.get('a'), lookup.get('b')]);
    assert.deepEqual(found, ['value of a', 'value of a', 'value of b']);
    await clock.tickAsync(3_600_000);
    await lookup.get('a');
    assert.equal(load.callCount, 2);
  });

  it('loads again after a change, and after forget', async () => {
    const load = sinon.fake(async () => 'value');
    const lookup = cachedLookup(changes, load);
    await lookup.get('a');
    changed();
    await lookup.get('a');
    assert.equal(load.callCount, 2);
    lookup.forget('a');
    await lookup.get('a');
    assert.equal(load.callCount, 3);
  });

  it('does not keep what was loaded before a change', async () => {
    let answer = (_value: string): void => undefined;
    const load = sinon.fake(() => new Promise<string>((resolve) => (answer = resolve)));
    const lookup = cachedLookup(changes, load);
    const early = lookup.get('a');
    changed();
    answer('old');
    assert.equal(await early, 'old');
    const late = lookup.get('a');
    answer('new');
    assert.equal(await late, 'new');
  });

  it('does not keep a failure', async () => {
    const load = sinon.stub<[string], Promise<string>>();
    load.onFirstCall().rejects(new Error('locked'));
    load.onSecondCall().resolves('value');
    const lookup = cachedLookup(changes, load);
    await assert.rejects(lookup.get('a'), /locked/);
    assert.equal(await lookup.get('a'), 'value');
  });

  it('remembers for a moment only that there is nothing', async () => {
    // The cache takes an entry made at time 0 for one without an age.
    await clock.tickAsync(1);
    const load = sinon.stub<[string], Promise<string | undefined>>().resolves(undefined);
    const lookup = cachedLookup(changes, load);
    await lookup.get('a');
    await lookup.get('a');
    assert.equal(load.callCount, 1);
    await clock.tickAsync(1_500);
    await lookup.get('a');
    assert.equal(load.callCount, 2);
  });
});
