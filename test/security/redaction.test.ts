import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AppError } from '../../src/errors/app-error.js';
import { createLog, type Log } from '../../src/http/log.js';

interface Vectors {
  vectors: { name: string; ks?: string }[];
}
const fixture = new URL('../fixtures/ks-vectors.json', import.meta.url);
const sessions = (JSON.parse(readFileSync(fixture, 'utf8')) as Vectors).vectors.flatMap(({ name, ks }) =>
  ks === undefined ? [] : [{ name, ks }],
);

const KS = 'djJ8MTAyfLBQvChWdVGCq3tBfWk9TrRezxWC8yohMv1IZ9zFPQTszK3uQ_s8E4p7-bcEaHpAkvMthih8iMfwGC0qJyGA';
const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJqZG9lIiwibmFtZSI6IkpvIn0.Hf3I9jKatjIjSNClebN5JBHHuKr3lz';
const STATE = 'AQFvXy0mR9tLw4Zc8KpN3sYf6HbJ1dGe5UaQ7_Xv2mR-tLw4Zc8KpN3sYf6HbJ1d';
const EMAIL = 'jane.doe+lti@students.example.edu';
const PROOF = 'Xv2mR9tLw4Zc8KpN3sYf6H';
const secrets = { KS, JWT, STATE: STATE.slice(0, 63), EMAIL };

const REQUEST_ID = '0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506';

/** What is written when `write` logs. */
function written(write: (log: Log) => void): string {
  let lines = '';
  write(createLog({ level: 'info', destination: { write: (line) => void (lines += line) } }));
  assert.notEqual(lines, '');
  return lines;
}

function assertGone(lines: string, secret: string): void {
  assert.ok(!lines.includes(secret), lines);
  // Neither the whole nor a telling part: the middle of a secret is enough for an attacker to know which one.
  assert.ok(!lines.includes(secret.slice(4, -4)), lines);
}

describe('what the log hides', () => {
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [place, write] of Object.entries({
      'a message': (log: Log) => log.info({}, `refused ${secret}, again`),
      'the end of a message line': (log: Log) => log.info({}, `first\n${secret}\nlast`),
      'a field': (log: Log) => log.info({ value: secret }, 'x'),
      'a nested object': (log: Log) => log.info({ a: { b: [{ c: `<${secret}>` }] } }, 'x'),
      'a name': (log: Log) => log.info({ [secret]: 1 }, 'x'),
      'JSON inside a text': (log: Log) => log.info({ body: JSON.stringify({ deep: JSON.stringify({ secret }) }) }, 'x'),
      'a URL': (log: Log) => log.info({ url: `https://x.example/a?b=${secret}&c=1` }, 'x'),
      'an encoded URL': (log: Log) => log.info({ url: `https://x.example/?u=${encodeURIComponent(secret)}` }, 'x'),
      'an error and its stack': (log: Log) => log.error({ err: new Error(`no ${secret}`) }, 'x'),
      'an error under another name': (log: Log) => log.error({ problem: new Error(`no ${secret}`) }, 'x'),
      'an error logged as the fields': (log: Log) => log.error(new Error(`no ${secret}`), 'x'),
      'a cause of a cause': (log: Log) =>
        log.error({ err: new AppError('INTERNAL', { cause: new Error('b', { cause: new Error(secret) }) }) }, 'x'),
      'a plain object as cause': (log: Log) =>
        log.error(
          { err: new AppError('KALTURA_REFUSED', { cause: { code: 'INVALID_KS', message: `"${secret}"` } }) },
          'x',
        ),
      'the reason and details of an error': (log: Log) =>
        log.error({ err: new AppError('INTERNAL', { reason: secret, details: { detail: secret } }) }, 'x'),
      'an aggregate error': (log: Log) => log.error({ err: new AggregateError([new Error(secret)], 'all') }, 'x'),
      'bindings of a child': (log: Log) => log.child({ bound: secret, err: new Error(secret) }).info({}, 'x'),
    })) {
      it(`hides a ${name} in ${place}`, () => {
        assertGone(written(write), secret);
      });
    }
  }

  for (const { name, ks } of sessions) {
    it(`hides the Kaltura session ${name} as Kaltura's own error quotes it`, () => {
      assertGone(
        written((log) => log.error({ err: new Error(`Invalid KS "${ks}", Error "-1,INVALID_STR"`) }, 'x')),
        ks,
      );
    });
  }

  it('hides whatever stands as ks in a path or parameter, of any shape', () => {
    for (const text of ['/p/1/ks/odd~shape!/entryId', '?ks=odd~shape!&a=1', '{"ks":"odd~shape!"}', 'ks%3Dodd~shape!']) {
      assertGone(
        written((log) => log.info({ text }, text)),
        'odd~shape!',
      );
    }
    assertGone(
      written((log) => log.info({ ks: 'odd~shape!' }, 'x')),
      'odd~shape!',
    );
  });

  for (const word of [
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
  ]) {
    it(`hides 22 characters behind ${word}`, () => {
      for (const text of [`${word}=${PROOF}`, `${word}: ${PROOF}`, `{"${word}":"${PROOF}"}`, `${word}%3D${PROOF}`]) {
        assertGone(
          written((log) => log.info({ text: JSON.stringify({ text }) }, text)),
          PROOF,
        );
      }
      assertGone(
        written((log) => log.info({ [word]: PROOF, nested: { [`login_${word}`]: [PROOF] } }, 'x')),
        PROOF,
      );
    });
  }

  it('hides a session that is cut off, in standard base64, or encoded for a URL', () => {
    const standard = 'djJ8MTAyfLBQvCh+VGCq3tBf/k9T+rRezx/C8yohMv1I';
    for (const ks of [KS.slice(0, 24), standard, encodeURIComponent(`${standard}==`)]) {
      assertGone(
        written((log) => log.info({}, `"${ks}"`)),
        ks,
      );
    }
  });

  it('hides a session of version 1 to its end', () => {
    const head = Buffer.from(`${'0a1b2c3d4e'.repeat(4)}|102;102;2000000000;0;1`).toString('base64url');
    for (const tail of ['+odd', '/odd/end', '%2Bodd', '-odd']) {
      assert.match(
        written((log) => log.info({}, `"${head}${tail}"`)),
        /"msg":"\\"\[ks\]\\""/,
      );
    }
  });

  it('hides a state of one case', () => {
    const state = 'abcdefghijklmnopqrstuvwxyz0123456789_'.repeat(2).slice(0, 63);
    assertGone(
      written((log) => log.info({}, `got ${state}`)),
      state,
    );
  });

  it('hides the values of cookies', () => {
    const cookie = `__Host-pc-AbCdEfGh=${PROOF}; Secure; HttpOnly; SameSite=None; Partitioned; Path=/; Max-Age=600`;
    for (const write of [
      (log: Log) => log.info({ headers: { 'set-cookie': [cookie] } }, 'x'),
      (log: Log) => log.info({}, cookie),
      (log: Log) => log.info({}, `the browser gave back __Host-pc-AbCdEfGh=${PROOF}, which is odd`),
      (log: Log) => log.info({}, `Set-Cookie: session=${PROOF}; Path=/`),
      (log: Log) => log.info({}, `session=${PROOF}; path=/`),
      (log: Log) => log.info({}, `cookie: a=1; other=${PROOF}`),
      (log: Log) => log.info({ list: [`a=${PROOF}; HttpOnly`] }, 'x'),
    ]) {
      assertGone(written(write), PROOF);
    }
  });

  it('hides credentials behind their scheme', () => {
    for (const scheme of ['Bearer', 'Basic', 'Playcontext']) {
      assertGone(
        written((log) => log.info({}, `sent ${scheme} ${PROOF}`)),
        PROOF,
      );
    }
  });

  it('hides bytes', () => {
    const bytes = Buffer.from('a secret key of 32 bytes, really');
    for (const value of [bytes, new Uint8Array(bytes), [...bytes]]) {
      assert.match(
        written((log) => log.info({ value }, 'x')),
        /"value":"\[bytes\]"/,
      );
    }
  });

  it('does not print what an HTTP client hangs on its errors', () => {
    const error = Object.assign(new Error('status 500'), { config: { headers: { 'X-Odd': 'hidden-value' } } });
    assert.ok(!written((log) => log.error({ err: error }, 'x')).includes('hidden-value'));
  });

  it('hides a secret in a text so long that it is cut, also at the cut', () => {
    for (let length = 7_600; length < 8_300; length += 7) {
      const text = `${'x'.repeat(length)} ${EMAIL} ${KS} ${'y'.repeat(9_000)}`;
      const lines = written((log) => log.info({}, text));
      assert.ok(!lines.includes('jane.doe') && !lines.includes(KS.slice(0, 12)), String(length));
    }
  });
});

describe('what the log keeps', () => {
  const keep = {
    'a request id': REQUEST_ID,
    'an error code behind a secret-sounding name': 'LAUNCH_TOKEN_SIGNATURE',
    'an entry id': '0_abcd1234',
    'a route template': '/v/:launchId/session',
    'a hash of a file': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'the place of an error in a scoped package': 'node_modules/@playkit-js/playkit-js-kava/dist/index.js:12:34',
    'an issuer': 'https://lms.example.edu/openid-connect/registration',
  };
  for (const [name, value] of Object.entries(keep)) {
    it(`keeps ${name}`, () => {
      const lines = written((log) =>
        log.info({ value, code: value, token: name.includes('code') ? value : '' }, `at ${value}`),
      );
      assert.equal(lines.split(value).length - 1, name.includes('code') ? 4 : 3, lines);
    });
  }

  it('keeps an error code behind the name of a secret in a text', () => {
    assert.match(
      written((log) => log.info({}, 'refused, token: LAUNCH_TOKEN_SIGNATURE')),
      /LAUNCH_TOKEN_SIGNATURE/,
    );
  });

  it('keeps level, time, message and bindings, one JSON object a line', () => {
    const lines = written((log) => log.child({ room: 'lti' }).warn({ requestId: REQUEST_ID }, 'careful'));
    const line = JSON.parse(lines) as Record<string, string>;
    assert.equal(lines.indexOf('\n'), lines.length - 1);
    assert.deepEqual(
      { ...line, time: '' },
      { level: 'warn', time: '', room: 'lti', requestId: REQUEST_ID, msg: 'careful' },
    );
    assert.ok(!Number.isNaN(Date.parse(line['time'] ?? '')));
  });

  it('keeps code, message, stack and causes of errors', () => {
    const error = new AppError('KALTURA_REFUSED', { reason: 'no', cause: new Error('inner') });
    const { err } = JSON.parse(written((log) => log.error({ err: error }, 'x'))) as { err: Record<string, unknown> };
    assert.equal(err['code'], 'KALTURA_REFUSED');
    assert.match(String(err['stack']), /redaction\.test/);
    assert.equal((err['cause'] as Record<string, unknown>)['message'], 'inner');
  });

  it('keeps the words of an error bound to a child', () => {
    assert.match(
      written((log) => log.child({ problem: new Error('bound words') }).info({}, 'x')),
      /bound words/,
    );
  });

  it('keeps where to look when a line is too long', () => {
    const lines = written((log) =>
      log.info({ requestId: REQUEST_ID, code: 'INTERNAL', many: Array(9_000).fill('abc') }, 'x'),
    );
    assert.ok(lines.length < 1_000);
    assert.match(lines, new RegExp(`${REQUEST_ID}.*INTERNAL`));
  });

  it('writes nothing below its level', () => {
    let lines = '';
    createLog({ level: 'error', destination: { write: (line) => void (lines += line) } }).warn({}, 'x');
    assert.equal(lines, '');
  });
});
