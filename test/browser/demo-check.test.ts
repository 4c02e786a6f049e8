import assert from 'node:assert/strict';
import { runDemoCheck } from '../../src/cli/demo-check.js';

describe('demo --check', () => {
  for (const adapterId of ['moodle', 'canvas']) {
    it(`proves that every event of a student and a teacher carries the three values, launched as ${adapterId} does`, async () => {
      const lines: string[] = [];
      const passed = await runDemoCheck(adapterId, (line) => void lines.push(line));
      assert.ok(passed, lines.join('\n'));
      const [, carried, sent] =
        /^events: (\d+)\/(\d+) carry userId, applicationName and playbackContext$/.exec(lines.at(-1) ?? '') ?? [];
      assert.equal(carried, sent);
      assert.ok(Number(sent) >= 12, lines.at(-1));
    });
  }
});
