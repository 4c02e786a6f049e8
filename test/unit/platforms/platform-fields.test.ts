import assert from 'node:assert/strict';
import { z } from 'zod';
import { linesOf, platformFields, problemsOf, type ProblemWord } from '../../../src/platforms/platform-fields.js';

const strict = platformFields({ dangerouslyAllowHttp: false });
const loose = platformFields({ dangerouslyAllowHttp: true });

const problemOf = (schema: z.ZodType, value: unknown): ProblemWord | undefined => {
  const read = z.object({ field: schema }).safeParse({ field: value });
  return read.success ? undefined : problemsOf(read.error)[0]?.problem;
};

describe('fields of a platform', () => {
  it('take https addresses, and http ones only where the installation allows them', () => {
    assert.equal(problemOf(strict.jwksUrl, 'https://lms.example.edu/keys'), undefined);
    assert.equal(problemOf(strict.jwksUrl, 'http://lms.example.edu/keys'), 'url-https');
    assert.equal(problemOf(loose.jwksUrl, 'http://lms.example.edu/keys'), undefined);
  });

  it('refuse addresses that run script or carry credentials', () => {
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://ada:word@lms.example.edu/',
      '//lms',
      '',
    ]) {
      assert.equal(problemOf(loose.authorizationUrl, address), 'url', address);
    }
  });

  it('keep an issuer letter by letter but for white space around it', () => {
    assert.equal(strict.issuer.parse(' https://lms.example.edu/ '), 'https://lms.example.edu/');
    assert.equal(problemOf(strict.issuer, '  '), 'missing');
  });

  it('say how long a text may be', () => {
    const read = z.object({ name: strict.name }).safeParse({ name: 'x'.repeat(101) });
    assert.deepEqual(read.error && problemsOf(read.error), [{ field: 'name', problem: 'too-long', detail: '100' }]);
  });

  it('refuse an application name with a comma, which Kaltura would split', () => {
    assert.equal(problemOf(strict.applicationName, 'Law, Moodle'), 'application-name');
    assert.equal(problemOf(strict.applicationName, 'x'.repeat(61)), 'application-name');
    assert.equal(problemOf(strict.applicationName, 'Law Moodle'), undefined);
  });

  it('take a frame origin and a host only in the form in which they are compared', () => {
    assert.equal(problemOf(strict.origin, 'https://portal.example.edu'), undefined);
    for (const origin of [
      'https://portal.example.edu/',
      'portal.example.edu',
      'https://a.example; script-src *',
      'null',
    ]) {
      assert.equal(problemOf(strict.origin, origin), 'origin', origin);
    }
    assert.equal(problemOf(strict.host, 'API.example.edu:8443'), undefined);
    for (const host of ['https://api.example.edu', 'api.example.edu/x', 'ada@api.example.edu', 'a b', '']) {
      assert.equal(problemOf(strict.host, host), 'host', host);
    }
  });

  it('take a player’s id as a number alone', () => {
    assert.equal(strict.uiConfId.parse(' 49123 '), 49123);
    for (const id of ['0', '-1', '1e3', '12x', '12345678901'])
      assert.equal(problemOf(strict.uiConfId, id), 'number', id);
  });

  it('read the lines of a text area without empty ones and repetitions', () => {
    assert.deepEqual(linesOf(' a\r\n\r\nb\n a '), ['a', 'b']);
  });
});
