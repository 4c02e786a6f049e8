import assert from 'node:assert/strict';
import { summarise, type CpuProfile } from '../../../bench/figures/profile.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });

/** root → verifyToken → jose → crypto; root → exchange → log, socket; root → idle, collector. */
const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5, 8, 9] },
    { id: 2, callFrame: frame('launch', 'file:///x/dist/src/lti/launch/launch-handler.js'), children: [3] },
    { id: 3, callFrame: frame('verify', 'file:///x/node_modules/jose/dist/jws.js', 4), children: [4] },
    { id: 4, callFrame: frame('run', 'node:internal/crypto/util'), children: [] },
    { id: 5, callFrame: frame('serve', 'file:///x/dist/src/http/exchange.js', 9), children: [6, 7] },
    { id: 6, callFrame: frame('write', 'file:///x/node_modules/sonic-boom/index.js') },
    { id: 7, callFrame: frame('end', 'node:_http_outgoing') },
    { id: 8, callFrame: frame('(idle)') },
    { id: 9, callFrame: frame('(garbage collector)') },
  ],
  samples: [5, 4, 3, 6, 7, 8, 9, 5],
  timeDeltas: [10, 100, 20, 30, 40, 500, 5, 1_000],
};
const steps = (fromUs: number, toUs: number): Record<string, number> =>
  Object.fromEntries(summarise(profile, { fromUs, toUs }).steps.map(({ name, us }) => [name, us]));

describe('a CPU profile', () => {
  it('gives what Node does for a step to the innermost code that asked for it', () => {
    assert.deepEqual(steps(0, Infinity), {
      'HTTP exchange': 1_010,
      'token: verify (jose)': 120,
      'Node: sockets and HTTP': 40,
      log: 30,
      'garbage collection': 5,
    });
  });

  it('leaves out what was before and after', () => {
    assert.deepEqual(steps(1_011, 1_200), { 'token: verify (jose)': 120, 'Node: sockets and HTTP': 40, log: 30 });
  });

  it('does not count waiting as work', () => {
    assert.equal(summarise(profile, { fromUs: 0, toUs: Infinity }).busyUs, 1_205);
  });

  it('names functions by their place, the most expensive first', () => {
    const { functions } = summarise(profile, { fromUs: 0, toUs: Infinity });
    assert.deepEqual(functions.slice(0, 2), [
      { name: 'serve src/http/exchange.js:10', us: 1_010 },
      { name: 'run node:internal/crypto/util:1', us: 100 },
    ]);
    assert.ok(functions.some(({ name }) => name === 'verify jose/dist/jws.js:5'));
  });
});
