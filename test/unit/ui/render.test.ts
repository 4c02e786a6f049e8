import assert from 'node:assert/strict';
import { createUiKit } from './ui-kit.js';

const { renderer } = createUiKit();
const errorScreen = (overrides: object = {}): string =>
  renderer.page('error', { title: 'T', sentence: 'S', code: 'C', requestId: 'R', ...overrides });

describe('renderer', () => {
  it('escapes every value in text and in attributes', () => {
    const html = errorScreen({ title: '</title><b>', sentence: '<img src=x>', code: '" onclick="x' });
    assert.doesNotMatch(html, /<b>|<img|" onclick="/);
    assert.match(html, /&lt;img src=x&gt;/);
  });

  it('says the language and the direction, and links the source of this version on every screen', () => {
    const html = errorScreen();
    assert.match(html, /<html lang="en" dir="ltr">/);
    assert.match(html, /<a href="https:\/\/source\.example\/pc"[^>]*>Source/);
    assert.match(html, /9\.8\.7/);
  });

  it('puts scripts of the head before the style sheets, which would hold them up', () => {
    const html = errorScreen();
    assert.ok(html.indexOf('<script') < html.indexOf('rel="stylesheet"'));
  });
});
