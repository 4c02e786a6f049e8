import assert from 'node:assert/strict';
import { createPlayerPages, type PlayView } from '../../../src/player/page.js';
import type { CategoryId, EntryId, LaunchId, ViewerId } from '../../../src/runtime/ids.js';
import { createUiKit } from '../ui/ui-kit.js';

const KS = 'djJ8MTIzNHxzZWNyZXQ';
const random = { bytes: (length: number) => Buffer.alloc(length, 7) };
const pages = createPlayerPages({ ...createUiKit(), random });

const view = (overrides: Partial<PlayView> = {}): PlayView => ({
  launchId: '0193' as LaunchId,
  publicPath: '/v/0193',
  grant: 'sealed-grant',
  entryId: '1_abcdefgh' as EntryId,
  entryName: 'Cell division',
  courseTitle: 'Biology 101',
  viewerId: 'campus_student-42' as ViewerId,
  categoryId: '4711' as CategoryId,
  applicationName: 'Moodle',
  partnerId: 1234,
  uiConfId: 5678,
  playerBaseUrl: 'https://cdn.example',
  playerHosts: ['https://*.kaltura.example'],
  ks: KS,
  ksExpiresAtMs: 7_200_000,
  nowMs: 0,
  frameAncestors: ['https://lms.example'],
  requestId: 'request-1',
  ...overrides,
});
const html = (overrides: Partial<PlayView> = {}): string => String(pages.play(view(overrides)).body);

const valuesOf = (document: string): Record<string, unknown> => {
  const json = /<script type="application\/json" id="view">(.*?)<\/script>/s.exec(document)?.[1];
  assert.ok(json);
  return JSON.parse(json) as Record<string, unknown>;
};
const withoutValues = (document: string): string =>
  document.replace(/(<script type="application\/json" id="view">).*?(<\/script>)/s, '$1$2');

describe('player page', () => {
  it('keeps the KS and the grant in the data block, out of attributes and addresses', () => {
    const document = html();
    assert.equal(valuesOf(document)['ks'], KS);
    assert.doesNotMatch(withoutValues(document), new RegExp(`${KS}|sealed-grant`));
  });

  it('is kept by no cache', () => {
    assert.equal(pages.play(view()).headers?.['Cache-Control'], 'no-store');
    assert.equal(pages.shell({ publicPath: '/v/1', requestId: 'r' }).headers?.['Cache-Control'], 'no-store');
  });

  it('leaves out a category that is not known', () => {
    const values = valuesOf(html({ categoryId: undefined }));
    assert.equal('categoryId' in values, false);
    assert.equal(valuesOf(html())['categoryId'], '4711');
  });

  it('shows hostile names as text and hands them on unbroken', () => {
    for (const name of ['</script><script>alert(1)</script>', '"><img src=x>', 'שיעור \u202e3', '🎓 <!-- -->']) {
      const document = html({ entryName: name, courseTitle: name, applicationName: name });
      assert.doesNotMatch(document, /<script>alert|<img src=x|<!-- -->/);
      assert.equal(valuesOf(document)['applicationName'], name);
    }
  });

  it('defuses template places in every value that reaches the player', () => {
    const values = valuesOf(
      html({ entryName: 'C:\\x {{ks}} $& new', viewerId: 'a{{ks}}' as ViewerId, applicationName: '{{{ks}}' }),
    );
    assert.equal(values['mediaName'], 'C:/x {ks} & new');
    assert.equal(values['viewerId'], 'a{ks}');
    assert.equal(values['applicationName'], '{ks}');
  });

  it('shows the true name in the title and the heading', () => {
    const document = html({ entryName: 'C:\\x {{ks}}' });
    assert.match(document, /<title>C:\\x \{\{ks\}\}<\/title>/);
    assert.match(document, /<h1><bdi>C:\\x \{\{ks\}\}<\/bdi><\/h1>/);
  });

  it('names the entry when it has no name', () => {
    assert.match(html({ entryName: '' }), /<title>1_abcdefgh<\/title>/);
  });

  it('takes the reload away and mends storage before the player’s script, and loads its own before that one', () => {
    const document = html({ playerBaseUrl: 'https://cdn.example/' });
    const player = document.indexOf('src="https://cdn.example/p/1234/embedPlaykitJs/uiconf_id/5678"');
    assert.ok(player > 0);
    assert.ok(document.indexOf('history.replaceState') < document.indexOf('localStorage'));
    assert.ok(document.indexOf('Object.defineProperty(window, name') < document.indexOf('player-page.js'));
    assert.ok(document.indexOf('player-page.js') < player);
  });

  it('runs only scripts with a nonce that is drawn for each page', () => {
    const draws = [1, 2];
    const twice = createPlayerPages({
      ...createUiKit(),
      random: { bytes: (length) => Buffer.alloc(length, draws.pop()) },
    });
    const nonces = [twice.play(view()), twice.play(view())].map(({ body, csp }) => {
      const nonce = /<script nonce="([^"]+)"/.exec(String(body))?.[1];
      assert.deepEqual(csp?.['script-src'], [`'nonce-${nonce}'`, 'https://cdn.example']);
      return nonce;
    });
    assert.notEqual(nonces[0], nonces[1]);
    for (const [tag] of html().matchAll(/<script(?! type="application\/json")[^>]*>/g)) assert.match(tag, / nonce="/);
  });
});

describe('policy of the player page', () => {
  it('opens what the player needs and closes the rest', () => {
    const { csp } = pages.play(view());
    const hosts = ['https://cdn.example', 'https://*.kaltura.example'];
    assert.deepEqual(csp, {
      'default-src': ["'none'"],
      'script-src': ["'nonce-BwcHBwcHBwcHBwcHBwcHBw'", 'https://cdn.example'],
      'style-src': ["'self'", "'unsafe-inline'"],
      'connect-src': ["'self'", ...hosts],
      'img-src': ["'self'", 'data:', 'blob:', ...hosts],
      'media-src': ['data:', 'blob:', ...hosts],
      'font-src': ['data:', ...hosts],
      'worker-src': ['blob:'],
      'base-uri': ["'none'"],
      'object-src': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ['https://lms.example'],
    });
  });

  it('drops values that would change the policy', () => {
    const evil = [
      'https://a.example; script-src *',
      "'self'",
      '*',
      'https:',
      'https://a.example/path',
      'javascript:1',
      '',
    ];
    const { csp } = pages.play(view({ frameAncestors: evil, playerHosts: evil }));
    assert.deepEqual(csp?.['frame-ancestors'], ["'none'"]);
    assert.deepEqual(csp['connect-src'], ["'self'", 'https://cdn.example']);
  });
});

describe('shell', () => {
  const { body, csp } = pages.shell({ publicPath: '/v/0193', requestId: 'request-1' });

  it('holds no data and posts only to its own resume address', () => {
    assert.match(String(body), /<form method="post" action="\/v\/0193\/resume"/);
    assert.match(String(body), /name="grant" value=""/);
    assert.deepEqual(csp?.['form-action'], ["'self'"]);
    assert.deepEqual(csp['script-src'], ["'self'"]);
  });

  it('says how to come back when the browser has no grant', () => {
    assert.match(String(body), /Go back to your course and open the link again\./);
    assert.match(String(body), /VIEW_GRANT_MISSING/);
  });
});
