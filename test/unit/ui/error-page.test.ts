import assert from 'node:assert/strict';
import { AppError } from '../../../src/errors/app-error.js';
import { createErrorPage } from '../../../src/ui/error-page.js';
import { createUiKit, factsOf } from './ui-kit.js';

const renderError = createErrorPage(createUiKit());
const error = new AppError('LAUNCH_STATE_FOREIGN', {
  reason: 'cookie of somebody else',
  details: { step: 'secret-step' },
  cause: new Error('deep cause'),
});

describe('error page', () => {
  it('shows the sentence, the code and the request id', () => {
    const { status, body, code } = renderError(error, factsOf());
    const html = String(body);
    assert.equal(status, 401);
    assert.equal(code, 'LAUNCH_STATE_FOREIGN');
    assert.match(html, /Go back to your course and open the link again\./);
    assert.match(html, /<code>LAUNCH_STATE_FOREIGN<\/code>/);
    assert.match(html, /<code>0193fd10-7c1e-7000-8000-00000000abcd<\/code>/);
  });

  it('never shows the reason, the details or the cause, in neither form', () => {
    for (const accept of ['text/html', 'application/json']) {
      const body = String(renderError(error, factsOf({ headers: { accept } })).body);
      assert.doesNotMatch(body, /somebody else|secret-step|deep cause/);
    }
  });

  it('escapes a request id that a proxy made up', () => {
    const body = String(renderError(error, factsOf({ requestId: '"><script>x</script>' })).body);
    assert.doesNotMatch(body, /<script>x/);
  });

  it('may be framed by anyone, and runs and sends nothing else', () => {
    const { csp } = renderError(error, factsOf());
    assert.deepEqual(csp?.['frame-ancestors'], ['*']);
    assert.deepEqual(csp['script-src'], ["'self'"]);
    assert.deepEqual([csp['default-src'], csp['form-action'], csp['base-uri']], [["'none'"], ["'none'"], ["'none'"]]);
  });

  it('leads the reload of a failed launch to a GET, and leaves other addresses alone', () => {
    const html = (method: string, path: string): string => String(renderError(error, factsOf({ method, path })).body);
    assert.match(html('POST', '/lti/launch'), /data-reload-url="\/lti\/launch"/);
    assert.doesNotMatch(html('POST', '/v/0193/resume'), /data-reload-url/);
    assert.doesNotMatch(html('GET', '/lti/login'), /data-reload-url/);
  });

  it('answers problem details to a client that asks for JSON, and a page to a browser', () => {
    const { headers, body } = renderError(error, factsOf({ headers: { accept: 'application/json' } }));
    assert.equal(headers?.['Content-Type'], 'application/problem+json; charset=utf-8');
    assert.deepEqual(JSON.parse(String(body)), {
      title: 'Go back to your course and open the link again.',
      status: 401,
      code: 'LAUNCH_STATE_FOREIGN',
      requestId: '0193fd10-7c1e-7000-8000-00000000abcd',
    });
    const browser = renderError(error, factsOf({ headers: { accept: 'text/html,application/json;q=0.9' } }));
    assert.equal(browser.headers?.['Content-Type'], 'text/html; charset=utf-8');
  });

  it('is kept by no cache', () => {
    assert.equal(renderError(error, factsOf()).headers?.['Cache-Control'], 'no-store');
  });
});
