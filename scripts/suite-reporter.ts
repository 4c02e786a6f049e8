/** Mocha's spec output for people, and the outcome of the suite as JSON for `run-suites`. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { skipReasonOf } from '../test/support/skip.js';

export interface SkippedTest {
  title: string;
  /** Absent when the test was skipped without `skip(this, reason)`. */
  reason?: string | undefined;
}

export interface SuiteOutcome {
  passed: number;
  /** Full titles. */
  failed: string[];
  skipped: SkippedTest[];
}

export default class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { output } = options.reporterOptions as { output: string };
    const outcome: SuiteOutcome = { passed: 0, failed: [], skipped: [] };
    runner.on('pass', () => {
      outcome.passed += 1;
    });
    runner.on('fail', (test) => {
      outcome.failed.push(test.fullTitle());
    });
    runner.on('pending', (test) => {
      outcome.skipped.push({ title: test.fullTitle(), reason: skipReasonOf(test) });
    });
    runner.on('end', () => {
      writeFileSync(output, JSON.stringify(outcome));
    });
  }
}
