import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mediaNameForPlayer, withoutPlaces } from '../../../src/player/template-safe.js';
import { createUiKit } from '../../unit/ui/ui-kit.js';

const { renderer } = createUiKit();

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '</script>',
        '<!--',
        '-->',
        '<script',
        ']]>',
        '&lt;',
        '\u2028',
        '\u2029',
        '\\',
        '"',
        '{{',
        '}}',
        '$&',
        '$`',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('values in the page, whatever they are', () => {
  it('come out of the script element as they went in, and never end it', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (value) => {
        const json = renderer.jsonForScript(value);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
      }),
    );
  });

  it('hold no place that the player’s templates would fill', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', 'ks', 'a')).map((parts) => parts.join('')),
        (value) => {
          assert.doesNotMatch(withoutPlaces(value), /\{\{|\}\}/);
        },
      ),
    );
  });

  it('keep a value without braces as it is', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(!/[{}]/.test(value));
        assert.equal(withoutPlaces(value), value);
      }),
    );
  });

  it('give the player a media name that survives being put into JSON text by replace', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        // What the player's engine does with a name: escape quotes, replace the place, parse the text.
        const escaped = mediaNameForPlayer(name).replaceAll('"', '\\"');
        const text = '{"a":"1","entryName":"{{entryName}}","z":"9"}'.replace(/\{\{entryName\}\}/g, escaped);
        const parsed = JSON.parse(text) as Record<string, string>;
        assert.deepEqual([parsed['a'], parsed['z']], ['1', '9']);
      }),
    );
  });
});
