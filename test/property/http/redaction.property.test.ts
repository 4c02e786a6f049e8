import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createLog } from '../../../src/http/log.js';
import { redactText } from '../../../src/http/redact.js';

const base64url = (minimum: number, maximum = minimum): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')), {
      minLength: minimum,
      maxLength: maximum,
    })
    .map((characters) => characters.join(''));
const bytes = (minimum: number, maximum = minimum): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: minimum, maxLength: maximum }).map((array) => Buffer.from(array));
const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

const jwt = fc
  .tuple(
    fc.record({ alg: fc.constantFrom('RS256', 'none'), kid: fc.string() }),
    fc.record({ sub: fc.string() }),
    bytes(0, 256),
  )
  .map(([header, payload, signature]) =>
    [JSON.stringify(header), JSON.stringify(payload), signature].map((part) => encode(part)).join('.'),
  );
const ksV2 = bytes(32, 200).map((cipher) =>
  Buffer.concat([Buffer.from('v2|102|'), cipher])
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_'),
);
const ksV1 = fc.tuple(fc.string(), fc.nat()).map(([user, expiry]) => {
  const fields = `102;102;${expiry};0;12345;${user};sview:*;;`;
  return Buffer.from(`${createHash('sha1').update(fields).digest('hex')}|${fields}`).toString('base64');
});
const state = bytes(47).map((random) =>
  encode(createHmac('sha512', 'k').update(random).digest().subarray(0, 47)).slice(0, 63),
);

/** Secrets that are known by their shape alone, so that they may stand anywhere. */
const secret = fc.oneof(jwt, ksV2, ksV1, state, fc.emailAddress());
/** What may stand directly before and after: not more of the same, which would be another secret. */
const boundary = fc.constantFrom(' ', '\n', '\t', '"', "'", '<', '>', '(', ')', ',', ';', '&', '\\', '\u2028');
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const planted = fc.tuple(secret, text, boundary, boundary, text).map(([value, before, open, close, after]) => ({
  value,
  text: `${before}${open}${value}${close}${after}`,
}));

function logged(fields: object, message: string): string {
  let line = '';
  createLog({ level: 'info', destination: { write: (part) => void (line += part) } }).error(fields, message);
  return line;
}

/** The texts of a line as a reader of the log sees them. */
const decoded = (line: string): string => JSON.stringify(JSON.parse(line)).replaceAll('\\"', '"');

describe('the log', () => {
  it('lets no planted secret through, wherever it stands', () => {
    const place = fc.constantFrom<((value: string) => [object, string])[]>(
      (value) => [{}, value],
      (value) => [{ field: value }, 'x'],
      (value) => [{ [value]: 1 }, 'x'],
      (value) => [{ a: [{ b: { c: value } }] }, 'x'],
      (value) => [{ err: new Error(value) }, 'x'],
      (value) => [{ err: new Error('x', { cause: { message: value } }) }, 'x'],
      (value) => [{ list: [new Error('x', { cause: new Error(value) })] }, 'x'],
      (value) => [{ body: JSON.stringify({ inner: value }) }, 'x'],
    );
    fc.assert(
      fc.property(planted, place, ({ value, text: around }, put) => {
        const line = decoded(logged(...put(around)));
        assert.ok(!line.includes(value), line);
      }),
      { numRuns: 1_500 },
    );
  });

  it('lets no value of 22 or more characters through behind the name of a secret', () => {
    const name = fc.constantFrom(
      'state',
      'nonce',
      'proof',
      'token',
      'grant',
      'secret',
      'password',
      'cookie',
      'authorization',
      'id_token',
    );
    const separator = fc.constantFrom('=', ': ', '":"', '\\":\\"', ' = ', "': '", '%3D');
    const value = base64url(22, 42).filter((candidate) => !/^[A-Z]+(?:_[A-Z]+)*$/.test(candidate));
    fc.assert(
      fc.property(text, name, separator, value, boundary, (before, key, between, hidden, after) => {
        assert.ok(!redactText(`${before}${key}${between}${hidden}${after}`).includes(hidden));
        assert.ok(!logged({ [key]: hidden }, 'x').includes(hidden));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps UUIDs, error codes and plain words', () => {
    const words = fc.array(
      fc.oneof(
        fc.uuid(),
        fc.constantFrom('LAUNCH_STATE_FOREIGN', 'KALTURA_TIMEOUT', 'state', 'token', '/lti/login/:ref', '0_abcd1234'),
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (parts) => {
        const line = parts.join(' ');
        assert.equal(redactText(line), line);
      }),
    );
  });

  it('finds the same in a text that it has already been through', () => {
    fc.assert(
      fc.property(planted, ({ text: around }) => {
        const once = redactText(around);
        assert.equal(redactText(once), once);
      }),
      { numRuns: 500 },
    );
  });
});
