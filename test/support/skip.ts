/** Skipping with a reason. A test that is skipped any other way fails the run (scripts/run-suites.ts). */

const REASON = Symbol.for('playcontext.skipReason');

interface Carrier {
  [REASON]?: string;
  parent?: object | undefined;
}

/**
 * Skips the running test, or from a `before` hook every test of its `describe`.
 *
 * @param context mocha's `this`
 * @param reason printed at the end of the run, e.g. `needs two network interfaces`
 */
export function skip(context: Mocha.Context, reason: string): never {
  const runnable = (context.currentTest ?? context.test) as (Mocha.Test | Mocha.Hook) & Carrier;
  const carrier = runnable.type === 'hook' ? (runnable.parent as Carrier) : runnable;
  carrier[REASON] = reason;
  return context.skip();
}

/** The reason that `skip` recorded for the test or for a `describe` around it. */
export function skipReasonOf(test: object): string | undefined {
  for (let at: Carrier | undefined = test; at; at = at.parent) {
    if (at[REASON] !== undefined) return at[REASON];
  }
  return undefined;
}
