/**
 * Makes a fixture of a launch: the shape that the LMS sends, without the people and places that it is about. What is
 * known to be harmless stays; everything else is replaced by made-up values of the same shape, so a claim that nobody
 * has thought of gives nothing away.
 */
import { CLAIM, type LtiClaims } from '../adapter-sdk/index.js';
import { createTextRedactor, tokensOf, type TextRedactor, withoutHosts } from './capture-text.js';
import {
  FIELD_WORDS,
  IMPERSONAL_CLAIM,
  LOOKS_LIKE_TOKEN,
  PATH_WORDS,
  PERSONAL_FIELD,
  PROTOCOL_FIELDS,
  PROTOCOL_NUMBERS,
  PROTOCOL_VALUE,
  SECRET_FIELD,
  SHORT_ROLES,
  VOCABULARY,
} from './capture-words.js';

type Json = Record<string, unknown>;

/** 2026-11-18T14:26:40Z, in epoch seconds: when every captured launch was issued. */
export const CAPTURED_AT_S = 1_795_000_000;
const DEFAULT_LIFE_S = 3_600;
const TIMES = ['iat', 'nbf', 'exp', 'auth_time'];

const LTI_CLAIM = /^https?:\/\/purl\.imsglobal\.org\//;
/** Substitution variables that the LMS did not know; `custom-value.ts` of the SDK reads them the same way. */
const UNRESOLVED = /^(?:\$(?:[A-Za-z][\w.]*|\{[^}]*\})|@X@.*@X@)$/;
const ENTRY_ID = /^[01]_[a-z0-9]{8}$/;
const MADE_UP_ENTRY_ID = '0_abcd1234';
const MIN_KEY_TOKEN = 3;

/** Where a value stands: the top-level claim, and the name of the field that holds it. */
interface Place {
  claim: string;
  field: string;
}

/**
 * The payload of these claims with made-up people, ids, texts and hosts. Values that were equal stay equal, within one
 * launch and between launches that are captured with one key (32 bytes); without the key nobody can try out which id
 * makes which. Roles, types, versions and empty, null or unresolved values stay. Credentials, pictures and opaque data
 * are left out. The token is issued at `CAPTURED_AT_S` and lives as long as it did.
 *
 * Pure. `parseClaims` reads the result, with the same fields present and absent.
 */
export function redactClaims({ raw }: Pick<LtiClaims, 'raw'>, { key }: { key: Buffer }): Json {
  const personal = new Set<string>();
  for (const { place, text } of leaves(raw)) {
    if (isPersonal(place)) for (const token of personalTokens(text)) personal.add(token);
  }
  const text = createTextRedactor({
    key,
    personal,
    issuer: raw['iss'],
    targetLinkUri: raw[CLAIM.targetLinkUri],
    texts: textsOf(raw),
  });
  const redacted = redactObject(raw, undefined, text, personal);
  return { ...redacted, ...frozenTimes(raw) };
}

function redactObject(object: Json, claim: string | undefined, text: TextRedactor, personal: Set<string>): Json {
  const fields = Object.entries(object)
    .filter(([field, value]) => !isSecret(field, value))
    .map(([field, value]): [string, unknown] => {
      const place = { claim: claim ?? field, field: lastPart(field) };
      return [redactKey(field, text, personal), redactValue(value, place, text, personal)];
    });
  return Object.fromEntries(fields);
}

function redactValue(value: unknown, place: Place, text: TextRedactor, personal: Set<string>): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isSecret('', item)).map((item) => redactValue(item, place, text, personal));
  }
  if (isObject(value)) return redactObject(value, place.claim, text, personal);
  if (typeof value === 'number') {
    return LTI_CLAIM.test(place.claim) && PROTOCOL_NUMBERS.has(place.field) ? value : redactNumber(value, text);
  }
  if (typeof value !== 'string' || isProtocol(value, place)) return value;
  if (UNRESOLVED.test(value) && !tokensOf(value).some((token) => personal.has(token.toLowerCase()))) return value;
  return ENTRY_ID.test(value) ? MADE_UP_ENTRY_ID : text.redact(value);
}

/** Custom parameters may be called anything, so their names prove nothing about their values. */
function isProtocol(value: string, { claim, field }: Place): boolean {
  if (claim === CLAIM.custom) return false;
  if (claim !== 'locale' && !LTI_CLAIM.test(claim)) return false;
  if (field === 'roles') return value.split(',').every((role) => VOCABULARY.test(role.trim()) || SHORT_ROLES.has(role));
  return PROTOCOL_FIELDS.has(field) && (VOCABULARY.test(value) || PROTOCOL_VALUE.test(value));
}

const isSecret = (field: string, value: unknown): boolean =>
  (SECRET_FIELD.test(lastPart(field)) && !PROTOCOL_FIELDS.has(lastPart(field))) ||
  (typeof value === 'string' && LOOKS_LIKE_TOKEN.test(value));

const isPersonal = ({ claim, field }: Place): boolean =>
  PERSONAL_FIELD.test(field) && !IMPERSONAL_CLAIM.test(claim) && !PROTOCOL_FIELDS.has(field);

/** Some platforms name people by addresses, whose other words are the platform's. */
function personalTokens(text: string): string[] {
  if (UNRESOLVED.test(text)) return [];
  const tokens = tokensOf(withoutHosts(text)).map((token) => token.toLowerCase());
  return /^https?:/i.test(text) ? tokens.filter((token) => !PATH_WORDS.has(token)) : tokens;
}

/** A whole number stays one that JSON keeps digit by digit. */
function redactNumber(value: number, text: TextRedactor): number {
  const made = Number(text.redact(String(value)));
  if (Number.isSafeInteger(value) && !Number.isSafeInteger(made)) {
    return Number(String(Math.abs(made)).replace(/^\d/, '1').slice(0, 16).replace(/\D/g, '1'));
  }
  return Number.isFinite(made) ? made : 1;
}

function redactKey(key: string, text: TextRedactor, personal: Set<string>): string {
  if (LTI_CLAIM.test(key)) return key;
  const telling = tokensOf(key).map((token) => token.toLowerCase());
  const isTelling = telling.some(
    (token) => token.length >= MIN_KEY_TOKEN && personal.has(token) && !FIELD_WORDS.has(token),
  );
  return isTelling ? text.redact(key) : key;
}

function frozenTimes(raw: Json): Json {
  const issuedAt = raw['iat'];
  const times = TIMES.filter((name) => name in raw).map((name): [string, number] => {
    const time = raw[name];
    if (typeof time !== 'number' || typeof issuedAt !== 'number') {
      return [name, name === 'exp' ? CAPTURED_AT_S + DEFAULT_LIFE_S : CAPTURED_AT_S];
    }
    return [name, CAPTURED_AT_S + Math.round(time - issuedAt)];
  });
  return Object.fromEntries(times);
}

function* leaves(value: unknown, place: Place = { claim: '', field: '' }): Generator<{ place: Place; text: string }> {
  if (Array.isArray(value)) for (const item of value) yield* leaves(item, place);
  else if (isObject(value)) {
    for (const [field, item] of Object.entries(value)) {
      yield* leaves(item, { claim: place.claim || field, field: lastPart(field) });
    }
  } else if (typeof value === 'string' || typeof value === 'number') yield { place, text: String(value) };
}

const textsOf = (raw: Json): string[] => [...leaves(raw)].map(({ text }) => text);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `user_id` of `https://purl.imsglobal.org/spec/lti/claim/user_id`; other names as they are. */
const lastPart = (field: string): string => field.slice(field.lastIndexOf('/') + 1);
