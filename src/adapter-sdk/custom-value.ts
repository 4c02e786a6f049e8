import type { LtiClaims } from './claims/lti-claims.js';
import { isId, numberAsText, VIEWER_ID_MAX_LENGTH } from './text.js';

/** A substitution variable that the LMS does not know arrives as its own name: `$User.id`, `${user_id}`. */
const VARIABLE = /^\$(?:[A-Za-z][\w.]*|\{[^}]*\})$/;
/** The same of Blackboard Learn's templates: `@X@user.id@X@`. */
const TEMPLATE = /^@X@.*@X@$/;

/**
 * A custom parameter as text, or undefined when the LMS left it out, empty, null, or sent the unresolved variable.
 * The exact name wins; else names are compared as Moodle and Canvas write them: in lower case, with `_` for whatever
 * is no letter or digit.
 *
 * Whoever edits a link may set its custom parameters. Only parameters of the tool's own registration say something
 * about the person; see `adapters/README.md`.
 */
export function customValue(claims: Pick<LtiClaims, 'custom'>, name: string): string | undefined {
  const wanted = plainName(name);
  const names = [name, ...Object.keys(claims.custom).filter((key) => key !== name && plainName(key) === wanted)];
  for (const key of names) {
    const value = Object.hasOwn(claims.custom, key) ? resolved(claims.custom[key]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '_');

function resolved(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  const text = typeof value === 'number' ? numberAsText(value) : value;
  if (typeof text !== 'string' || text.trim() === '' || VARIABLE.test(text) || TEMPLATE.test(text)) return undefined;
  return text;
}

/** Like `customValue`, for values that tell people or courses apart: undefined also when it is no usable id. */
export function customId(claims: Pick<LtiClaims, 'custom'>, name: string): string | undefined {
  const value = customValue(claims, name);
  return isId(value, VIEWER_ID_MAX_LENGTH) ? value : undefined;
}
