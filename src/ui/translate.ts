import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import type english from './locales/en.json';

export type MessageKey = keyof typeof english | `error.${ErrorCode}.viewer` | `error.${ErrorCode}.admin`;
export type MessageParams = Readonly<Record<string, string | number>>;

/** The words of one language. */
export interface Messages {
  /** For the `lang` attribute, e.g. `en`. */
  lang: string;
  /** For the `dir` attribute. */
  dir: 'ltr' | 'rtl';
  /**
   * The text of a key with its `{name}` places filled in. The result is plain text: the template escapes it.
   * Throws an `Error` for a key or a parameter that does not exist.
   */
  text(key: MessageKey, params?: MessageParams): string;
}

/**
 * Chooses the language. Takes a locale as an LMS sends it (`de`, `he-IL`, `en_US`) or an Accept-Language header;
 * answers with the first language that we have, else English.
 */
export type Translate = (locale?: string) => Messages;

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);
const FALLBACK = 'en';

type Words = Readonly<Record<string, string>>;

const errorWords: Words = Object.fromEntries(
  Object.entries(catalogue).flatMap(([code, { viewer, admin }]) => [
    [`error.${code}.viewer`, viewer],
    [`error.${code}.admin`, admin],
  ]),
);

function readLocales(directory: string): Map<string, Words> {
  const locales = new Map<string, Words>();
  for (const file of readdirSync(directory)) {
    if (!file.endsWith('.json')) continue;
    locales.set(file.slice(0, -'.json'.length), JSON.parse(readFileSync(`${directory}/${file}`, 'utf8')) as Words);
  }
  return locales;
}

function fill(key: string, template: string, params: MessageParams): string {
  return template.replace(/\{(\w+)\}/g, (_place, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`message ${key} needs the parameter ${name}`);
    return String(value);
  });
}

/**
 * Reads every `<language>.json` of `directory` once. English comes from `en.json` and from the error catalogue; a key
 * that another language lacks is shown in English.
 */
export function createTranslator({
  directory = fileURLToPath(new URL('./locales', import.meta.url)),
}: { directory?: string } = {}): Translate {
  const locales = readLocales(directory);
  const fallback: Words = { ...errorWords, ...locales.get(FALLBACK) };

  const messages = new Map<string, Messages>();
  for (const [lang, words] of locales) {
    messages.set(lang, {
      lang,
      dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr',
      text(key, params = {}) {
        const template = words[key] ?? fallback[key];
        if (template === undefined) throw new Error(`there is no message ${key}`);
        return fill(key, template, params);
      },
    });
  }
  const english = messages.get(FALLBACK);
  if (!english) throw new Error('en.json is missing');

  return (locale = '') => {
    for (const wish of locale.split(',')) {
      const lang = wish.trim().toLowerCase().split(/[-_;]/)[0] ?? '';
      const found = messages.get(lang);
      if (found) return found;
    }
    return english;
  };
}
