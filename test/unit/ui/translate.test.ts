import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTranslator, type MessageKey } from '../../../src/ui/translate.js';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));

describe('translate', () => {
  it('fills the places of a message and leaves escaping to the template', () => {
    const { text } = createTranslator()();
    assert.equal(text('ui.footer.sourceTitle', { version: '<1>' }), 'Source code of version <1>');
  });

  it('refuses a key that no language has, and a message without its parameter', () => {
    const { text } = createTranslator()();
    assert.throws(() => text('player.play.nothing' as MessageKey), /no message player\.play\.nothing/);
    assert.throws(() => text('ui.footer.sourceTitle'), /needs the parameter version/);
  });

  it('takes the sentences of errors from the error catalogue', () => {
    assert.equal(createTranslator()().text('error.HTTP_NOT_FOUND.viewer'), 'There is no such page.');
  });

  it('takes the first known language of what an LMS or a browser sends, else English', () => {
    const directory = mkdtempSync(join(tmpdir(), 'locales-'));
    try {
      for (const lang of ['en', 'he']) mkdirSync(join(directory, lang));
      writeFileSync(join(directory, 'en', 'ui.json'), '{"ui.footer.source":"Source"}');
      writeFileSync(join(directory, 'en', 'player.json'), '{"player.shell.title":"Video"}');
      writeFileSync(join(directory, 'he', 'ui.json'), '{"ui.footer.source":"מקור"}');
      const translate = createTranslator({ directory });
      for (const wish of ['he', 'he-IL', 'HE_il', 'iw', 'xx, he;q=0.8', 'en;q=0.5, he;q=0.8']) {
        assert.equal(translate(wish).text('ui.footer.source'), 'מקור', wish);
        assert.equal(translate(wish).dir, 'rtl', wish);
      }
      assert.equal(translate('he').text('player.shell.title'), 'Video');
      assert.deepEqual([translate('xx').lang, translate('xx').dir, translate().lang], ['en', 'ltr', 'en']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('has every key that a template asks for', () => {
    const { text } = createTranslator()();
    const anyParameter: Record<string, number> = new Proxy({}, { get: () => 1, has: () => true });
    const templates = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^(ui|player|admin|platforms|courses|jobs|launch|lti)\/.*\.eta$/.test(file),
    );
    assert.ok(templates.length >= 4);
    for (const file of templates) {
      for (const [, key] of readFileSync(join(src, file), 'utf8').matchAll(/it\.text\('([^']+)'/g)) {
        assert.doesNotThrow(() => text(key as MessageKey, anyParameter), `${file}: ${key}`);
      }
    }
  });
});
