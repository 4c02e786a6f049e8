import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AppError, toAppError } from '../../../src/errors/app-error.js';
import { catalogue } from '../../../src/errors/catalogue.js';
import { describeErrors } from '../../../src/errors/describe.js';

describe('the error catalogue', () => {
  it('is what its reference page says', () => {
    const page = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
    assert.equal(page, describeErrors(), 'run npm run docs');
  });

  it('gives every code a status of a failure, a sentence for viewers and a hint for admins', () => {
    for (const [code, { status, viewer, admin }] of Object.entries(catalogue)) {
      assert.ok(status >= 400 && status < 600, code);
      assert.match(viewer, /^[A-Z].*\.$/s, code);
      assert.match(admin, /^[A-Za-z].*[.]$/s, code);
      assert.doesNotMatch(viewer, /\b(?:LTI|KS|JWT|nonce|token|state|deployment|claim|context)\b/i, code);
      assert.doesNotMatch(viewer + admin, /!|\|/, code);
    }
  });
});

describe('an application error', () => {
  it('keeps its code, status, reason and cause', () => {
    const cause = new Error('socket hang up');
    const error = new AppError('KALTURA_UNREACHABLE', { reason: 'no connection', cause });
    assert.deepEqual(
      [error.code, error.status, error.reason, error.cause],
      ['KALTURA_UNREACHABLE', 503, 'no connection', cause],
    );
  });

  it('stands in for anything else that is thrown, which becomes its cause', () => {
    for (const thrown of [new Error('x'), 'text', undefined, { code: 'KALTURA_REFUSED' }]) {
      const error = toAppError(thrown);
      assert.equal(error.code, 'INTERNAL');
      assert.equal(error.cause, thrown);
    }
    const known = new AppError('HTTP_NOT_FOUND');
    assert.equal(toAppError(known), known);
  });
});
