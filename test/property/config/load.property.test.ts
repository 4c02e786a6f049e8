import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadConfig } from '../../../src/config/load.js';
import { settings } from '../../../src/config/settings.js';
import { AppError } from '../../../src/errors/app-error.js';

const SENTINEL = 'Zx9Sentinel7Value';
const variables = settings.map(({ variable }) => variable.replace('*', 'MAIN'));

describe('a configuration that is refused', () => {
  it('never repeats a value from the environment', () => {
    const value = fc.string().map((text) => text + SENTINEL);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...variables), value), (env) => {
        try {
          loadConfig({ env });
        } catch (error) {
          assert.ok(error instanceof AppError);
          assert.ok(!error.message.includes(SENTINEL), error.message);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never repeats a value from the file, and never fails in another way', () => {
    const tree = fc.object({
      key: fc.oneof(fc.constantFrom(...settings.flatMap(({ path }) => path)), fc.string()),
      maxDepth: 4,
    });
    fc.assert(
      fc.property(tree, (content) => {
        const text = JSON.stringify({ ...content, secret: SENTINEL });
        assert.throws(
          () => loadConfig({ env: {}, file: 'c.yaml', readFile: () => text }),
          (error: unknown) => error instanceof AppError && !error.message.includes(SENTINEL),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is an error of ours whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        assert.throws(() => loadConfig({ env: {}, file: 'c.yaml', readFile: () => text }), AppError);
      }),
      { numRuns: 200 },
    );
  });
});
