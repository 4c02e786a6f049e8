import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import type { ErrorCode } from '../../../../src/errors/catalogue.js';
import { AppError } from '../../../../src/errors/app-error.js';
import { isDuplicateKey, isWithoutTransactions, translate } from '../../../../src/store/mongo/errors.js';

const { mongo } = mongoose;
const SECRET = 'E11000 dup key: { sub: "ada@example.edu" }';

const answered = (code: number, codeName: string, more: object = {}): Error =>
  new mongo.MongoServerError({ message: SECRET, errmsg: SECRET, code, codeName, ...more });

const bulk = (...codes: number[]): Error =>
  Object.assign(answered(codes[0] ?? 0, ''), {
    writeErrors: codes.map((code, index) => ({ code, errmsg: SECRET, index })),
  });

const mongooseError = (name: string, more: object): Error =>
  Object.assign(new Error(`${name}: ${SECRET}`), { name, ...more });

const table: [what: string, thrown: unknown, code: ErrorCode, reason: RegExp][] = [
  [
    'a broken connection',
    new mongo.MongoNetworkError('connect ECONNREFUSED 10.0.0.1:27017'),
    'STORE_UNAVAILABLE',
    /10\.0\.0\.1/,
  ],
  ['a socket that is silent', new mongo.MongoNetworkTimeoutError('timed out'), 'STORE_UNAVAILABLE', /timed out/],
  [
    'no server that fits',
    mongooseError('MongooseServerSelectionError', { message: 'getaddrinfo ENOTFOUND db.example.edu' }),
    'STORE_UNAVAILABLE',
    /db\.example\.edu/,
  ],
  [
    'an address in a message',
    new mongo.MongoNetworkError('no route to mongodb://ada:pw@db.example.edu/x or ada:pw@db.example.edu'),
    'STORE_UNAVAILABLE',
    /^the database cannot be reached: no route to \[address\] or db\.example\.edu$/,
  ],
  ['a closed client', new mongo.MongoTopologyClosedError('closed'), 'STORE_UNAVAILABLE', /MongoTopologyClosedError/],
  ['a pool without a connection', mongooseError('MongoWaitQueueTimeoutError', {}), 'STORE_UNAVAILABLE', /WaitQueue/],
  ['a connection that was never there', mongooseError('MongooseError', {}), 'STORE_UNAVAILABLE', /MongooseError/],
  [
    'a server that is no primary',
    answered(10107, 'NotWritablePrimary'),
    'STORE_UNAVAILABLE',
    /NotWritablePrimary \(10107\)/,
  ],
  ['a primary that steps down', answered(189, 'PrimarySteppedDown'), 'STORE_UNAVAILABLE', /189/],
  ['a server that shuts down', answered(91, 'ShutdownInProgress'), 'STORE_UNAVAILABLE', /91/],
  ['a server that was too slow', answered(50, 'MaxTimeMSExpired'), 'STORE_UNAVAILABLE', /MaxTimeMSExpired/],
  ['a majority that did not confirm', answered(64, 'WriteConcernFailed'), 'STORE_UNAVAILABLE', /WriteConcernFailed/],
  ['a majority that cannot be', answered(100, 'UnsatisfiableWriteConcern'), 'STORE_UNAVAILABLE', /100/],
  ['a user without rights', answered(13, 'Unauthorized'), 'STORE_UNAVAILABLE', /refuses this user/],
  ['a wrong password', answered(18, 'AuthenticationFailed'), 'STORE_UNAVAILABLE', /refuses this user/],
  ['a clash of transactions', answered(112, 'WriteConflict'), 'STORE_BUSY', /WriteConflict/],
  ['a lock', answered(24, 'LockTimeout'), 'STORE_BUSY', /LockTimeout/],
  [
    'whatever ends a transaction for now',
    answered(4_711, 'Odd', { errorLabels: ['TransientTransactionError'] }),
    'STORE_BUSY',
    /Odd \(4711\)/,
  ],
  ['a taken key', answered(11000, 'DuplicateKey'), 'STORE_CONFLICT', /a unique value is taken/],
  ['taken keys among many', bulk(11000, 11000), 'STORE_CONFLICT', /a unique value is taken/],
  ['a document that is too large', answered(10334, 'BSONObjectTooLarge'), 'INPUT_INVALID', /too large/],
  ['a value of another type', mongooseError('CastError', { path: 'version' }), 'INPUT_INVALID', /version/],
  ['a field of no schema', mongooseError('StrictModeError', { path: 'evil' }), 'INPUT_INVALID', /evil/],
  ['a document of another form', mongooseError('ValidationError', { errors: { name: 1 } }), 'INPUT_INVALID', /name/],
  ['an answer that we do not know', answered(9_999, 'Strange'), 'INTERNAL', /Strange \(9999\)/],
  ['taken keys and something else', bulk(11000, 9_999), 'INTERNAL', /MongoServerError \(11000\)/],
];

describe('errors of the Mongo store', () => {
  for (const [what, thrown, code, reason] of table) {
    it(`are ${code} for ${what}, and quote no value`, () => {
      const error = translate(thrown);
      assert.ok(error);
      assert.equal(error.code, code);
      assert.match(error.reason ?? '', reason);
      assert.doesNotMatch(error.message, /ada|dup key/);
      assert.equal(error.cause, undefined);
    });
  }

  it('say which kind of constraint refused a write', () => {
    assert.deepEqual(translate(answered(11000, 'DuplicateKey'))?.details, { constraint: 'unique' });
  });

  it('leave an error of ours as it is, and a mistake in the program alone', () => {
    const ours = new AppError('STORE_CONFLICT');
    assert.equal(translate(ours), ours);
    assert.equal(translate(new TypeError('x')), undefined);
    assert.equal(translate('x'), undefined);
  });

  it('tell a taken key from everything else', () => {
    assert.equal(isDuplicateKey(answered(11000, 'DuplicateKey')), true);
    assert.equal(isDuplicateKey(bulk(11000, 11000)), true);
    assert.equal(isDuplicateKey(bulk(11000, 50)), false);
    assert.equal(isDuplicateKey(answered(50, 'MaxTimeMSExpired')), false);
    assert.equal(isDuplicateKey(undefined), false);
  });

  it('tell a server without transactions, also when the driver wraps what it said', () => {
    for (const code of [20, 263, 59, 115, 238]) assert.equal(isWithoutTransactions(answered(code, 'X')), true);
    const wrapped = new mongo.MongoServerError({ message: 'retry', originalError: answered(20, 'IllegalOperation') });
    assert.equal(isWithoutTransactions(wrapped), true);
    assert.equal(isWithoutTransactions(answered(112, 'WriteConflict')), false);
    assert.equal(isWithoutTransactions(new mongo.MongoNetworkError('x')), false);
  });
});
