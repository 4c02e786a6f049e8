/** Asks the adapter under test as the program would, and says in words what went wrong. */
import { isAppError } from '../../errors/app-error.js';
import { parseClaims } from '../claims/parse-claims.js';
import { createAdapterRegistry } from '../registry.js';
import { type Adapter, type NeutralLaunch, ROLES } from '../types.js';
import { isObject } from './claim-paths.js';
import type { Payload, Subject } from './rule.js';

export type Outcome =
  | { kind: 'launch'; launch: NeutralLaunch }
  /** The payload is no launch, so the adapter was not asked. */
  | { kind: 'refused'; claim: string }
  /** `call` is the function that failed; the message has no full stop. */
  | { kind: 'failed'; call: string; threw: boolean; message: string };

/** What the program makes of a payload with this adapter and the default settings. */
export function ask(adapter: Adapter, payload: Payload): Outcome {
  try {
    const launch = createAdapterRegistry([adapter]).toNeutralLaunch(adapter.id, parseClaims(payload), {});
    return { kind: 'launch', launch };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'LAUNCH_CLAIM_INVALID') return { kind: 'refused', claim: String(error.details['claim']) };
    const call = String(error.details['call']);
    return { kind: 'failed', call, threw: error.code === 'ADAPTER_THREW', message: failureOf(error) };
  }
}

export interface AnsweredFixture {
  name: string;
  payload: Payload;
  launch: NeutralLaunch;
}

/**
 * The fixtures that get an answer. The others break the rule `answers` (or the one of the function that failed), and
 * reporting them again under each rule would bury that.
 */
export function answered({ adapter, fixtures }: Subject): AnsweredFixture[] {
  return Object.entries(fixtures).flatMap(([name, payload]) => {
    const outcome = ask(adapter, payload);
    return outcome.kind === 'launch' ? [{ name, payload, launch: outcome.launch }] : [];
  });
}

export const answeredFixture = (subject: Subject, name: string): AnsweredFixture | undefined =>
  answered(subject).find((fixture) => fixture.name === name);

/** "`viewer` threw a TypeError (adapter.js:12:5)": never the text of the error, which may quote a person's claims. */
export function failureOf(error: unknown): string {
  if (!isAppError(error)) return `it ${threw(error)}`;
  const { call, field } = error.details;
  if (error.code === 'ADAPTER_THREW') return `\`${String(call)}\` ${threw(error.cause)}`;
  if (field === call && error.reason?.includes('promise')) return `\`${String(call)}\` returned a promise`;
  return `\`${String(call)}\` returned a malformed \`${String(field)}\``;
}

/** What was thrown, by its class and its place. */
export function threw(error: unknown): string {
  if (!(error instanceof Error)) return 'threw something that is no error';
  // The program keeps the class of what an adapter threw, and drops its text.
  const kind = error.constructor === Error && /^[\w$]+$/.test(error.message) ? error.message : error.constructor.name;
  const place = /([^/\\(]+:\d+:\d+)\)?\s*$/m.exec(error.stack?.split('\n').find((line) => /^ {4}at /.test(line)) ?? '');
  return `threw ${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}${place?.[1] === undefined ? '' : ` (${place[1]})`}`;
}

/** Whether a launch has the `sub` of its payload, or none. */
export function isSubOf(payload: Payload, { viewer }: NeutralLaunch): boolean {
  const { sub } = viewer.candidates;
  return sub === undefined || sub === parseClaims(payload).subject;
}

/** Malformed answers of these functions have rules of their own. */
export const hasOwnRule = ({ call, threw: hasThrown }: Outcome & { kind: 'failed' }): boolean =>
  !hasThrown && ['tenantHint', 'application'].includes(call);

/** 0 for no role, and more for a stronger one. */
export const strength = ({ roles }: NeutralLaunch): number =>
  Math.max(0, ...roles.map((role) => ROLES.length - ROLES.indexOf(role)));

/** The same value has the same text, whatever the order of its keys. */
export const toComparable = (value: unknown): string =>
  JSON.stringify([value], (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

/** The parts of a launch in which two answers differ, e.g. `course.key, roles`. */
export function differences(one: NeutralLaunch, other: NeutralLaunch): string {
  const parts = new Set<string>();
  const compare = (a: unknown, b: unknown, path: string[]): void => {
    if (toComparable(a) === toComparable(b)) return;
    if (path.length < 2 && isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], [...path, key]);
    } else parts.add(path.join('.'));
  };
  compare(one, other, []);
  return [...parts].join(', ');
}
