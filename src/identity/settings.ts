/** A tenant's identity settings: what stands in `TenantRecord.identityRule`. */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import { describeProblem, parseRule, RULE_MAX_LENGTH, type IdentityRule } from './rule-text.js';

const NOT_NAMESPACED =
  'Ids of this rule do not begin with the tenant’s namespace, so another tenant of the account may give the same ids to ' +
  'other people. Begin the rule with {namespace}-, or say that the ids are shared on purpose.';

/** The form in which the settings are stored, written by hand, and filled in by a screen. */
export const identitySettingsSchema = z
  .strictObject({
    /** See rule-text.ts. */
    rule: z.string().trim().min(1).max(RULE_MAX_LENGTH).default('default'),
    /** A launch that names nobody: it ends with VIEWER_ID_MISSING, or plays under an id of its own. */
    withoutSub: z.enum(['refuse', 'guest']).default('refuse'),
    /** An owner's explicit act: ids without a namespace, which other tenants and other tools may use for the same people. */
    sharedIds: z.boolean().default(false),
  })
  .superRefine(({ rule, sharedIds }, context) => {
    const reading = parseRule(rule);
    const told = !reading.ok
      ? describeProblem(reading.problem)
      : reading.rule.kind === 'template' && !reading.rule.namespaced && !sharedIds
        ? NOT_NAMESPACED
        : undefined;
    if (told !== undefined) context.addIssue({ code: 'custom', path: ['rule'], message: told });
  });

export type StoredIdentitySettings = z.input<typeof identitySettingsSchema>;

export interface IdentitySettings {
  rule: IdentityRule;
  /** The rule as it was written. */
  ruleText: string;
  withoutSub: 'refuse' | 'guest';
  sharedIds: boolean;
}

const DEFAULT_SETTINGS: IdentitySettings = {
  rule: { kind: 'default' },
  ruleText: 'default',
  withoutSub: 'refuse',
  sharedIds: false,
};

/**
 * What somebody wrote, checked.
 *
 * @throws AppError `INPUT_INVALID`; the reason names the position and what to write instead
 */
export const checkIdentitySettings = (input: StoredIdentitySettings): IdentitySettings => read(input, 'INPUT_INVALID');

const known = new WeakMap<object, IdentitySettings>();

/**
 * What a tenant has stored; without anything, the default rule. An object is read once, so that a launch does not
 * parse what the launch before has parsed.
 *
 * @throws AppError `IDENTITY_RULE_INVALID`
 */
export function readIdentitySettings(stored: unknown): IdentitySettings {
  if (stored === undefined || stored === null) return DEFAULT_SETTINGS;
  if (typeof stored !== 'object') return read(stored, 'IDENTITY_RULE_INVALID');
  let settings = known.get(stored);
  if (!settings) {
    settings = read(stored, 'IDENTITY_RULE_INVALID');
    known.set(stored, settings);
  }
  return settings;
}

function read(input: unknown, code: 'INPUT_INVALID' | 'IDENTITY_RULE_INVALID'): IdentitySettings {
  const checked = identitySettingsSchema.safeParse(input);
  const reading = checked.success ? parseRule(checked.data.rule) : undefined;
  if (checked.success && reading?.ok) {
    const { rule: ruleText, withoutSub, sharedIds } = checked.data;
    return { rule: reading.rule, ruleText, withoutSub, sharedIds };
  }
  const issue = checked.error?.issues[0];
  throw new AppError(code, { reason: `identity rule: ${issue?.message ?? 'malformed'}` });
}
