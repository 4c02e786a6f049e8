/** Text of a launch with its words, numbers and hosts replaced; what stands between them stays. */
import { createTokenMaker } from './capture-tokens.js';
import { PATH_WORDS, SECRET_FIELD, VALUE_WORDS, VOCABULARY } from './capture-words.js';

/** A run of letters, digits, marks and signs such as emoji. Punctuation, blanks and controls separate them. */
const TOKEN = /[^ -/:-@[-`{-~\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{P}]+/gu;
const URL_TEXT = /https?:\/\/[^\s"'<>,]+/giu;
const MAIL_HOST = /(?<=@)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/gi;
const ENTITY = '&(?:amp|lt|gt|quot|apos|#3[489]);';
/** Percent escapes of ASCII punctuation and blanks. */
const PLAIN_ESCAPE = '%(?:[01][0-9a-f]|2[0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-f])';
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/i;
const UUID_DASHES = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

const LMS_HOST = 'lms.example.edu';
const TOOL_HOST = 'tool.example.edu';
const MIN_TELLING = 3;

export interface TextRedactor {
  redact(text: string): string;
}

export interface TextRedactorOptions {
  key: Buffer;
  /** Words of people, in small letters: they are never taken for words of the protocol. */
  personal: ReadonlySet<string>;
  issuer: unknown;
  /** An address of our own. */
  targetLinkUri: unknown;
  /** Further texts that may name hosts. */
  texts: readonly string[];
}

export const tokensOf = (text: string): string[] => decodeEscapes(text).match(TOKEN) ?? [];

/** The text without the host of an address, be it one of a page or of a mailbox. */
export const withoutHosts = (text: string): string => text.replace(/^https?:\/\/[^/?#]*/i, '').replace(MAIL_HOST, '');

export function createTextRedactor({ key, personal, ...named }: TextRedactorOptions): TextRedactor {
  const telling = [...personal].filter((token) => token.length >= MIN_TELLING);
  const tokens = createTokenMaker(key, (made) => personal.has(made) || telling.some((token) => made.includes(token)));
  const hosts = hostNames(named);
  const replaceHost = (host: string): string => hosts.get(host.toLowerCase()) ?? 'other.example.edu';

  const replaceToken = (token: string, kept: ReadonlySet<string>): string =>
    kept.has(token) && !personal.has(token) ? token : tokens.replace(token);

  const bareHosts = [...hosts.keys()].filter((host) => host.includes('.')).sort((a, b) => b.length - a.length);
  const pieces = new RegExp(
    [
      `(?<url>${URL_TEXT.source})`,
      ...(bareHosts.length === 0
        ? []
        : [`(?<host>(?<![\\w.-])(?:${bareHosts.map(escape).join('|')})(?![\\w-]|\\.\\w))`]),
      ENTITY,
      PLAIN_ESCAPE,
      `(?<uuid>${UUID.source})`,
      `(?<token>${TOKEN.source})`,
    ].join('|'),
    'giu',
  );

  const redactWith = (text: string, kept: ReadonlySet<string>): string =>
    decodeEscapes(text).replace(pieces, (...match) => {
      const { url, host, uuid, token } = match.at(-1) as Partial<Record<'url' | 'host' | 'uuid' | 'token', string>>;
      if (url !== undefined) return redactUrl(url);
      if (host !== undefined) return replaceHost(host);
      if (uuid !== undefined) return tokens.replace(uuid.replaceAll('-', '')).replace(UUID_DASHES, '$1-$2-$3-$4-$5');
      return token === undefined ? match[0] : replaceToken(token, kept);
    });

  const redactUrl = (url: string): string => {
    if (VOCABULARY.test(url)) return url;
    const [, scheme = '', authority = '', path = '', query = '', rest = ''] =
      /^(https?:\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/isu.exec(url) ?? [];
    const parameters = query
      .split('&')
      .map((parameter) => /^([^=]*)(=?)(.*)$/su.exec(parameter) ?? [])
      .filter(([whole = '', name = '']) => whole !== '' && !SECRET_FIELD.test(name))
      .map(
        ([, name = '', equals = '', value = '']) => redactWith(name, PATH_WORDS) + equals + redactWith(value, NOTHING),
      );
    // Someone's anchor is no part of the LMS's shape, but its presence may be.
    const fragment = rest === '' ? '' : redactWith(rest, NOTHING);
    const base = `${scheme.toLowerCase()}${replaceHost(hostOf(authority))}${redactWith(path, PATH_WORDS)}`;
    return base + (parameters.length === 0 ? '' : `?${parameters.join('&')}`) + fragment;
  };

  return { redact: (text) => redactWith(text, VALUE_WORDS) };
}

const NOTHING: ReadonlySet<string> = new Set();

/** Letters and digits that hide behind percent signs are made visible; escaped punctuation stays escaped. */
const decodeEscapes = (text: string): string =>
  text.replace(ESCAPES, (escapes) => {
    if (new RegExp(`^(?:${PLAIN_ESCAPE})+$`, 'i').test(escapes)) return escapes;
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** Without user, password and port. */
const hostOf = (authority: string): string =>
  authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();

function hostNames({
  issuer,
  targetLinkUri,
  texts,
}: Omit<TextRedactorOptions, 'key' | 'personal'>): Map<string, string> {
  const names = new Map<string, string>();
  const add = (host: string, name: string): void => {
    if (host !== '' && !names.has(host)) names.set(host, name);
  };
  for (const host of hostsIn(issuer)) add(host, LMS_HOST);
  for (const host of hostsIn(targetLinkUri)) add(host, TOOL_HOST);
  for (const host of texts.flatMap(hostsIn)) add(host, `host${names.size + 1}.example.edu`);
  return names;
}

function hostsIn(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  const decoded = decodeEscapes(text);
  const urls = (decoded.match(URL_TEXT) ?? []).filter((url) => !VOCABULARY.test(url));
  const ofUrls = urls.map((url) => hostOf(/^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? ''));
  const ofMail = (decoded.match(MAIL_HOST) ?? []).filter((host) => host.includes('.'));
  return [...ofUrls, ...ofMail.map((host) => host.toLowerCase())];
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
