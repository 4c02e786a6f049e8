import { match } from '@formatjs/intl-localematcher';
import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import type adminWords from './locales/en/admin.json';
import type coursesWords from './locales/en/courses.json';
import type jobsWords from './locales/en/jobs.json';
import type launchWords from './locales/en/launch.json';
import type ltiWords from './locales/en/lti.json';
import type platformsWords from './locales/en/platforms.json';
import type playerWords from './locales/en/player.json';
import type uiWords from './locales/en/ui.json';

export type MessageKey =
  | keyof typeof adminWords
  | keyof typeof coursesWords
  | keyof typeof jobsWords
  | keyof typeof launchWords
  | keyof typeof ltiWords
  | keyof typeof platformsWords
  | keyof typeof playerWords
  | keyof typeof uiWords
  | `error.${ErrorCode}.viewer`
  | `error.${ErrorCode}.admin`;
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
/** Accept-Language headers that differ. */
const MAX_REMEMBERED = 500;

type Words = Readonly<Record<string, string>>;
type Message = (params: MessageParams) => string;

const errorWords: Words = Object.fromEntries(
  Object.entries(catalogue).flatMap(([code, { viewer, admin }]) => [
    [`error.${code}.viewer`, viewer],
    [`error.${code}.admin`, admin],
  ]),
);

/** `<directory>/<language>/<room>.json` */
function readLocales(directory: string): Map<string, Words> {
  const locales = new Map<string, Words>();
  for (const { name: lang } of readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const words: Record<string, string> = {};
    for (const file of readdirSync(`${directory}/${lang}`)) {
      if (file.endsWith('.json'))
        Object.assign(words, JSON.parse(readFileSync(`${directory}/${lang}/${file}`, 'utf8')));
    }
    locales.set(lang, words);
  }
  return locales;
}

/** Most messages have at most simple places; only those that choose by number or word need the formatter. */
function compile(key: string, template: string, lang: string): Message {
  if (/\{\w+,/.test(template)) {
    const format = new IntlMessageFormat(template, lang);
    return (params) => String(format.format(params));
  }
  return (params) =>
    template.replace(/\{(\w+)\}/g, (_place, name: string) => {
      const value = params[name];
      if (value === undefined) throw new Error(`message ${key} needs the parameter ${name}`);
      return String(value);
    });
}

/** Wishes in the order of the header, or of one locale as an LMS writes it. */
function wishesOf(locale: string): string[] {
  return locale
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((text) => text !== undefined);
      return { tag: tag.trim().replaceAll('_', '-'), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => quality > 0 && /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(tag))
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/**
 * Reads every `<language>/<room>.json` of `directory` once. A text is an ICU message; English comes from `en/` and from
 * the error catalogue; a key that another language lacks is shown in English.
 */
export function createTranslator({
  directory = fileURLToPath(new URL('./locales', import.meta.url)),
}: { directory?: string } = {}): Translate {
  const locales = readLocales(directory);
  const fallback: Words = { ...errorWords, ...locales.get(FALLBACK) };

  const messages = new Map<string, Messages>();
  for (const [lang, words] of locales) {
    const compiled = new Map<string, Message>();
    messages.set(lang, {
      lang,
      dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr',
      text(key, params = {}) {
        let message = compiled.get(key);
        if (!message) {
          const own = words[key];
          const template = own ?? fallback[key];
          if (template === undefined) throw new Error(`there is no message ${key}`);
          message = compile(key, template, own === undefined ? FALLBACK : lang);
          compiled.set(key, message);
        }
        return message(params);
      },
    });
  }
  const english = messages.get(FALLBACK);
  if (!english) throw new Error('there are no English words');
  const languages = [...messages.keys()];
  const chosen = new Map<string, Messages>();

  return (locale = '') => {
    const known = chosen.get(locale);
    if (known) return known;
    const wishes = wishesOf(locale);
    const found = (wishes.length > 0 && messages.get(match(wishes, languages, FALLBACK))) || english;
    // Headers are the client's to choose, so only so many are remembered.
    if (chosen.size < MAX_REMEMBERED) chosen.set(locale, found);
    return found;
  };
}
