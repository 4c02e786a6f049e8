import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '../../../src/errors/app-error.js';
import { parseParameters } from '../../../src/http/parameters.js';
import { parseTarget, rawPathOf } from '../../../src/http/target.js';

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));

/** Runs `work`; a failure must be INPUT_INVALID. */
function orRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'INPUT_INVALID', String(error));
    return undefined;
  }
}

describe('parameters', () => {
  it('are what the platform encoder wrote, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const encoded = new URLSearchParams(pairs).toString();
        assert.deepEqual(
          parseParameters(encoded).entries(),
          pairs.map(([name, value]) => [name, value]),
        );
      }),
    );
  });

  it('give a value only when its name stands there exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('state', 'id_token', '__proto__', 'x'), text)), (pairs) => {
        const parameters = parseParameters(new URLSearchParams(pairs).toString());
        for (const name of ['state', 'id_token', '__proto__', 'constructor']) {
          const values = pairs.filter(([key]) => key === name).map(([, value]) => value);
          assert.equal(parameters.count(name), values.length);
          assert.equal(parameters.get(name), values.length === 1 ? values[0] : undefined);
        }
      }),
    );
  });

  it('are refused rather than guessed at, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sent) => {
        const entries = orRefused(() => parseParameters(sent).entries()) ?? [];
        assert.ok(entries.every(([name, value]) => !`${name}${value}`.includes('\0')));
      }),
    );
  });

  it('are refused when there are more than a thousand', () => {
    assert.equal(parseParameters('a&'.repeat(999)).entries().length, 999);
    assert.throws(() => parseParameters('a&'.repeat(1_001)), AppError);
  });
});

describe('a request target', () => {
  it('has a path that starts with a slash, or is refused', () => {
    const target = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.webUrl({ withQueryParameters: true }),
      fc.constantFrom('*', '//evil.example', 'http://evil.example', 'http:/x', '', '?a', '/%2e%2e/'),
    );
    fc.assert(
      fc.property(target, (url) => {
        assert.ok(rawPathOf(url).startsWith('/'));
        const parsed = orRefused(() => parseTarget(url));
        assert.ok(parsed === undefined || parsed.path.startsWith('/'));
      }),
    );
  });

  it('takes nothing from the authority of the absolute form', () => {
    const path = fc.webPath().filter((value) => !value.startsWith('//'));
    fc.assert(
      fc.property(
        fc.constantFrom('http://', 'HTTPS://'),
        fc.webAuthority({ withUserInfo: true, withPort: true }),
        path,
        (scheme, authority, rest) => {
          assert.equal(rawPathOf(`${scheme}${authority}${rest}?q=/x`), rest === '' ? '/' : rest);
        },
      ),
    );
  });
});
