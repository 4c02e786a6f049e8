/**
 * Finds what must never be logged by its shape, wherever it stands: other people's error messages quote sessions and
 * tokens, so knowing our own field names is not enough. Works on decoded text, not on JSON source.
 */

/** Longer texts are cut: no log line needs more, and matching time stays bounded whatever was sent. */
const MAX_TEXT = 8192;
const CUT_ZONE = 512;

type Rule = readonly [shape: RegExp, replacement: string];

const SECRET_WORD =
  '(?:state|nonce|proof|token|jwt|grant|ticket|session|assertion|secret|password|passwd|api_?key|cookie|authorization)';
const ASSIGN = String.raw`\\*["']?\]?\s*(?:[:=]|%3[Aa]|%3[Dd]|%253[Dd])\s*\\*["']?`;

/** 39 of the 40 hexadecimal digits that begin a KS of version 1, as base64 writes them. */
const KS_V1 = '(?:[MNOYZ][DGTWjmz2][A-Za-z0-9+/_-][h-mw-z0-5]){13}';

const rules: readonly Rule[] = [
  [/eyJ[A-Za-z0-9_-]{12,}(?:(?:\.|%2E)[A-Za-z0-9_-]*)*/g, '[jwt]'],
  [/djJ8(?:[A-Za-z0-9+/_=-]|%2[BbFf]|%3[Dd]){8,}/g, '[ks]'],
  [new RegExp(`${KS_V1}(?:[A-Za-z0-9+/_=-]|%2[BbFf]|%3[Dd])*`, 'g'), '[ks]'],
  [/(\/ks\/)[^/?#\s"'\\]+/gi, '$1[ks]'],
  [new RegExp(String.raw`((?<![A-Za-z0-9])ks${ASSIGN})[^\s&;,"'\\<>)\]}]+`, 'gi'), '$1[ks]'],
  [/(__(?:Host|Secure)-[\w-]+=)[^;,\s"'\\]+/g, '$1[cookie]'],
  [
    /((?<![^\s"',;\\])[\w-]+=)[^;,\s"'\\]+(?=;\s*(?:path|domain|expires|max-age|secure|httponly|samesite|partitioned)\b)/gi,
    '$1[cookie]',
  ],
  [/(\bcookie\\*["']?\s*:\s*)(?=[^\r\n=]{0,200}=)[^\r\n]*/gi, '$1[cookie]'],
  [/\b((?:Bearer|Basic|Playcontext)\s+)[A-Za-z0-9._~+/=-]{8,}/g, '$1[credential]'],
  // The state of a login: nothing else is a run of exactly 63 such characters.
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{63}(?![A-Za-z0-9_-])/g, '[state]'],
  // A run of 43 or more in both cases is 32 random bytes or a sealed value; hashes and UUIDs keep to one case.
  [/(?<![A-Za-z0-9_-])(?=[A-Z0-9_-]*[a-z])(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{43,}/g, '[sealed]'],
];

const keyedSecret = new RegExp(
  String.raw`(${SECRET_WORD}${ASSIGN}(?:[A-Za-z]+\s+)?)((?:[A-Za-z0-9._~+/=-]|%2[BbFf]|%3[Dd]){22,})`,
  'gi',
);
const LOCAL_PART = String.raw`(?:[\p{L}\p{N}!#$%&'*+/=?^_{|}~.\x60-]{1,64}|"[^"\r\n]{1,64}")`;
const DOTTED_HOST = String.raw`(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]{0,62}`;
/** A host without a dot counts only where no slash stands before the `@`: `node_modules/@scope/…` is no address. */
const email = new RegExp(
  String.raw`${LOCAL_PART}(?:@|%40|%2540)(?:\[[^\]\s]{1,64}\]|${DOTTED_HOST}|(?<!/@)\p{L}[\p{L}\p{N}-]{0,62})`,
  'gu',
);
/** `LAUNCH_TOKEN_SIGNATURE` is a code of ours, not a secret. */
const ERROR_CODE = /^[A-Z]+(?:_[A-Z]+)*$/;

/** Most of a log line: words, ids, paths and times that no rule can match. */
const PLAIN_WORD = /^(?:(?!.*(?:eyJ|djJ8|\/ks\/))[\w./-]{0,42}|[\d-]{10}T[\d:.]+Z)$/i;

/** The text without Kaltura sessions, JWTs, states, e-mail addresses, cookies and values behind secret-sounding names. */
export function redactText(text: string): string {
  if (PLAIN_WORD.test(text)) return text;
  let clean = text.length > MAX_TEXT ? cut(text) : text;
  for (const [shape, replacement] of rules) clean = clean.replace(shape, replacement);
  clean = clean.replace(keyedSecret, (whole: string, name: string, value: string) =>
    ERROR_CODE.test(value) ? whole : `${name}[redacted]`,
  );
  return /@|%40|%2540/.test(clean) ? clean.replace(email, '[e-mail]') : clean;
}

/** Cuts between words, so that the front half of a secret does not escape by losing its shape. */
function cut(text: string): string {
  const space = text.lastIndexOf(' ', MAX_TEXT);
  return `${text.slice(0, Math.max(space, MAX_TEXT - CUT_ZONE))} [cut]`;
}

const ALWAYS_SECRET_NAME =
  /(?:^|[^a-z])(?:ks|cookie|authorization|id_?token|secret|password|passwd|api_?key|private_?key)$/i;
const CAMEL_SECRET_NAME = /[a-z](?:Ks|Cookie|Authorization|IdToken|Secret|Password|ApiKey|PrivateKey)$/;
const SECRET_NAME = new RegExp(`${SECRET_WORD}s?$`, 'i');
const MAX_DEPTH = 12;

/** A copy of JSON-like data in which every text and every name has been through `redactText`. */
export function redactData(value: unknown, name = '', depth = 0): unknown {
  if (typeof value === 'string') return redactNamed(value, name);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (isBytes(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => redactData(item, name, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [redactText(key), redactData(child, key, depth + 1)]),
  );
}

function redactNamed(text: string, name: string): string {
  if (ALWAYS_SECRET_NAME.test(name) || CAMEL_SECRET_NAME.test(name)) return text === '' ? text : '[redacted]';
  if (SECRET_NAME.test(name) && !ERROR_CODE.test(text) && /[A-Za-z0-9._~+/=-]{22,}/.test(text)) return '[redacted]';
  return redactText(text);
}

/** Buffers and byte arrays, as JSON writes them. */
function isBytes(value: object): boolean {
  if ('type' in value && value.type === 'Buffer' && 'data' in value) return true;
  const items = Object.values(value);
  const isIndexed = Array.isArray(value) || Object.keys(value).every((key, index) => key === String(index));
  return isIndexed && items.length >= 8 && items.every((item) => Number.isInteger(item) && item >= 0 && item <= 255);
}
