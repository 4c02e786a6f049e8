import assert from 'node:assert/strict';
import { readOptions, SCENARIOS } from '../../../bench/options.js';

describe('the options of the bench', () => {
  it('measure everything in the short form, on a fresh build', () => {
    const { form, json, build, scenarios } = readOptions([]);
    assert.deepEqual({ form, json, build }, { form: 'short', json: false, build: true });
    assert.deepEqual([...scenarios], [...SCENARIOS]);
  });

  it('narrow to what is asked for', () => {
    assert.deepEqual([...readOptions(['--only', 'flat,memory']).scenarios], ['flat', 'memory']);
    assert.deepEqual([...readOptions(['--profile']).scenarios], ['profile']);
    assert.equal(readOptions(['--no-build', '--full']).build, false);
  });

  it('refuse what they do not know, so that nothing is measured by mistake', () => {
    assert.throws(() => readOptions(['--only', 'flta']), /There is no flta/);
    assert.throws(() => readOptions(['--fast']), TypeError);
    assert.throws(() => readOptions(['--full', '--smoke']), /Choose/);
  });
});
