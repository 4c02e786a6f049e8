import assert from 'node:assert/strict';
import { isAppError } from '../../../src/errors/app-error.js';
import { createUiKit, factsOf } from './ui-kit.js';

const { assets } = createUiKit();
const get = (url: string) => {
  const [, , hash = '', ...name] = url.split('/');
  return assets.route.handler(factsOf({ path: url, params: { hash, name: name.join('/') } }));
};

describe('assets', () => {
  it('serves a file under the hash of its content, for ever', async () => {
    const url = assets.url('app.css');
    assert.match(url, /^\/assets\/[\w-]{16}\/app\.css$/);
    const { status, headers, body } = await get(url);
    assert.equal(status, 200);
    assert.equal(headers?.['Content-Type'], 'text/css; charset=utf-8');
    assert.equal(headers['Cache-Control'], 'public, max-age=31536000, immutable');
    assert.match(String(body), /\.stage|\.notice/);
  });

  it('answers another version’s address, but lets no cache keep it there', async () => {
    const { status, headers } = await get('/assets/0000000000000000/player-page.js');
    assert.equal(status, 200);
    assert.equal(headers?.['Cache-Control'], 'no-store');
  });

  it('serves nothing that is not on its list', () => {
    const hash = assets.url('app.css').split('/')[2] ?? '';
    for (const path of [
      `/assets/${hash}/en.json`,
      `/assets/${hash}/../app.css`,
      `/assets/${hash}/constructor`,
      `/assets/${hash}/app.css/more`,
      '/assets/app.css',
    ]) {
      assert.throws(
        () => get(path),
        (error) => isAppError(error) && error.code === 'HTTP_NOT_FOUND',
        path,
      );
    }
  });

  it('refuses to name a file that is not served', () => {
    assert.throws(() => assets.url('missing.js'), /no asset missing\.js/);
  });
});
