import assert from 'node:assert/strict';
import { judge, targets, type TargetId, type Verdict } from '../../../bench/figures/targets.js';

const outcomeOf = (id: TargetId, value: number): Verdict['outcome'] | undefined =>
  judge({ [id]: value }).find((verdict) => verdict.id === id)?.outcome;

describe('the targets of the bench', () => {
  it('count a limit that is just kept as met', () => {
    assert.equal(outcomeOf('express', 1), 'met');
    assert.equal(outcomeOf('ltijs', 10), 'met');
    assert.equal(outcomeOf('mappings', 1.15), 'met');
  });

  it('know which side of the limit is the good one', () => {
    assert.equal(outcomeOf('express', 1.01), 'missed');
    assert.equal(outcomeOf('ltijs', 9.9), 'missed');
    assert.equal(outcomeOf('lti-tool', 3), 'met');
    assert.equal(outcomeOf('start', 1.6), 'missed');
  });

  it('take a count as it is: no write misses as much as two do', () => {
    assert.equal(outcomeOf('writes', 1), 'met');
    assert.equal(outcomeOf('writes', 0), 'missed');
    assert.equal(outcomeOf('writes', 2), 'missed');
    assert.equal(outcomeOf('outbound', 0.01), 'missed');
  });

  it('are missed by a ratio that is no number', () => {
    for (const { id } of targets) assert.equal(outcomeOf(id, NaN), 'missed', id);
  });

  it('say what was not measured, and do not take it for met', () => {
    const verdicts = judge({ express: 0.5 });
    assert.equal(verdicts.length, targets.length);
    assert.deepEqual(
      new Set(verdicts.filter(({ id }) => id !== 'express').map(({ outcome }) => outcome)),
      new Set(['not measured']),
    );
  });
});
