import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IntlMessageFormat } from 'intl-messageformat';
import { catalogue } from '../../../src/errors/catalogue.js';
import { createTranslator, type MessageKey } from '../../../src/ui/translate.js';

type Words = Record<string, string>;

/** What the parser behind intl-messageformat makes of a text; it gives the kinds as these numbers. */
const KIND = { argument: 1, number: 2, select: 5, plural: 6 };
interface Part {
  type: number;
  value: string;
  options?: Record<string, { value: Part[] }>;
}

const directory = fileURLToPath(new URL('../../../src/ui/locales/', import.meta.url));

/** Texts that are written alike in English and in the language, names and values of other systems first. */
const sameEverywhere = [
  ...['LMS', 'userId', 'playbackContext', 'applicationName', 'userId in Kaltura'],
  ...['{action}: {code}', '{count, number}'],
];
const sameIn: Record<string, readonly string[]> = {
  de: [
    ...['Adapter', 'Alias', 'Code', 'Deployment', 'Deployments', 'Export (CSV)', 'Filter', 'Import', 'Name', 'Person'],
    ...['Person {alias}', 'Pilot', 'Player', 'Problem', 'Status', 'Video', '1. In {lms}', '{ms} ms'],
    '{count, plural, one {# deployment} other {# deployments}}'.replaceAll('deployment', 'Deployment'),
  ],
};

function wordsOf(lang: string): Words {
  const files = readdirSync(`${directory}${lang}`).filter((file) => file.endsWith('.json'));
  return Object.assign(
    {},
    ...files.map((file) => JSON.parse(readFileSync(`${directory}${lang}/${file}`, 'utf8')) as Words),
  ) as Words;
}

const english: Words = {
  ...wordsOf('en'),
  ...Object.fromEntries(
    Object.entries(catalogue).flatMap(([code, { viewer, admin }]) => [
      [`error.${code}.viewer`, viewer],
      [`error.${code}.admin`, admin],
    ]),
  ),
};

/** A text has `<` and `>` as themselves: nothing here is a tag. */
const parse = (text: string, lang: string): Part[] =>
  new IntlMessageFormat(text, lang, undefined, { ignoreTag: true }).getAst() as unknown as Part[];

const inOptions = ({ options = {} }: Part): Part[] => Object.values(options).flatMap(({ value }) => value);

/** Each argument with what it must be: `count is a number`, `name is a text`, `role is one of a, b`. */
function argumentsOf(parts: Part[]): string[] {
  const found = parts.flatMap((part) => {
    const inside = argumentsOf(inOptions(part));
    if (part.type === KIND.argument) return [`${part.value} is a text`];
    if (part.type === KIND.number || part.type === KIND.plural) return [`${part.value} is a number`, ...inside];
    if (part.type === KIND.select)
      return [`${part.value} is one of ${Object.keys(part.options ?? {}).join(', ')}`, ...inside];
    return inside;
  });
  return [...new Set(found)].toSorted();
}

/** The plural forms that a text has words for, without exact numbers such as `=0`. */
function pluralForms(parts: Part[]): string[] {
  return parts.flatMap((part) => {
    const own = part.type === KIND.plural ? Object.keys(part.options ?? {}) : [];
    return [...own.filter((form) => !form.startsWith('=')), ...pluralForms(inOptions(part))];
  });
}

const others = readdirSync(directory).filter((lang) => lang !== 'en');

describe('the languages', () => {
  it('include German and Hebrew', () => {
    for (const lang of ['de', 'he']) assert.ok(others.includes(lang), lang);
  });

  for (const lang of others) {
    describe(lang, () => {
      const words = wordsOf(lang);
      const known = Object.entries(words).flatMap(([key, text]) => {
        const original = english[key];
        return original === undefined ? [] : [{ key, text, original }];
      });

      it('has every text of English and of the error catalogue, and no other', () => {
        const missing = Object.keys(english).filter((key) => !(key in words));
        const unknown = Object.keys(words).filter((key) => !(key in english));
        assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] });
      });

      it('has in each text exactly the arguments of the English one', () => {
        const actual = known.map(({ key, text }) => [key, argumentsOf(parse(text, lang))]);
        const expected = known.map(({ key, original }) => [key, argumentsOf(parse(original, 'en'))]);
        assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(expected));
      });

      it('has words for plural forms of its own grammar only', () => {
        const forms: string[] = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
        for (const { key, text } of known) {
          for (const form of pluralForms(parse(text, lang))) assert.ok(forms.includes(form), `${key}: ${form}`);
        }
      });

      it('formats each text for 0, 1, 2, 5 and 11 and leaves no place open', () => {
        const messages = createTranslator()(lang);
        assert.equal(messages.lang, lang);
        for (const { key } of known) {
          for (const count of [0, 1, 2, 5, 11]) {
            const params: Record<string, number> = new Proxy({}, { get: () => count, has: () => true });
            let shown = '';
            assert.doesNotThrow(() => (shown = messages.text(key as MessageKey, params)), `${key} for ${count}`);
            assert.doesNotMatch(shown, /[{}]/, `${key} for ${count}`);
          }
        }
      });

      it('leaves no text in English', () => {
        const same = new Set([...sameEverywhere, ...(sameIn[lang] ?? [])]);
        const left = known.filter(({ text, original }) => text === original && !same.has(text));
        assert.deepEqual(
          left.map(({ key, text }) => `${key}: ${text}`),
          [],
        );
      });

      it('tells viewers about failures without a word of the protocols', () => {
        const sentences = Object.entries(words).filter(([key]) => /^error\..*\.viewer$/.test(key));
        assert.ok(sentences.length > 0);
        for (const [key, text] of sentences) {
          assert.doesNotMatch(text, /\b(?:LTI|KS|JWT|nonce|token|state|deployment|claim|context)\b/i, key);
        }
      });
    });
  }
});
