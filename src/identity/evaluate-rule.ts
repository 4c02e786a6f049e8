import type { ViewerCandidates } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import type { ViewerId } from '../runtime/ids.js';
import {
  defaultViewerId,
  pseudonymViewerId,
  requireNamespace,
  requireSub,
  type IdentityContext,
} from './default-rule.js';
import { whyNotCharacter, whyUnusable } from './limits.js';
import { TEMPLATE_MARK } from './namespace.js';
import { RULE_TRANSFORMS, type IdentityRule, type RuleAlternative, type RulePart } from './rule-text.js';

export interface Evaluated {
  viewerId: ViewerId;
  /**
   * The rule may give this person another id tomorrow, or another person this one: a login name, an e-mail address or
   * an id of the institution changes and is given again. Such an id counts only when it is pinned to the viewer.
   */
  mutable: boolean;
}

/**
 * What a rule makes of a viewer's candidates. Pure: aliases, pins and other people are the resolver's part.
 *
 * @throws AppError `VIEWER_ID_MISSING` without a `sub`; `VIEWER_ID_UNUSABLE` when the result is nothing that Kaltura
 * takes. The reason names the part of the rule, never a value.
 */
export function evaluateRule(rule: IdentityRule, candidates: ViewerCandidates, context: IdentityContext): Evaluated {
  const sub = requireSub(candidates.sub);
  switch (rule.kind) {
    case 'default':
      return { viewerId: defaultViewerId(sub, context), mutable: false };
    case 'pseudonym':
      return { viewerId: pseudonymViewerId(sub, context), mutable: false };
    case 'template':
      return { viewerId: evaluateTemplate(rule, candidates, context.tenant), mutable: true };
  }
}

/** A template alone, which reads no `sub` unless it names it: for people of whom nobody knows the `sub` yet. */
export function evaluateTemplate(
  rule: Extract<IdentityRule, { kind: 'template' }>,
  candidates: ViewerCandidates,
  tenant: IdentityContext['tenant'],
): ViewerId {
  const prefix = rule.namespaced ? `${requireNamespace(tenant.namespace)}${TEMPLATE_MARK}` : '';
  const viewerId = prefix + rule.parts.map((part) => valueOf(part, candidates)).join('');
  const reason = whyUnusable(viewerId);
  if (reason !== undefined) throw unusable(`the user id that the rule gives ${reason}`);
  return viewerId as ViewerId;
}

function valueOf(part: RulePart, candidates: ViewerCandidates): string {
  if (part.kind === 'text') return part.text;
  for (const alternative of part.alternatives) {
    const value = transformed(alternative, candidates);
    if (value === '') continue;
    for (const character of value) {
      const reason = whyNotCharacter(character);
      if (reason !== undefined) throw unusable(`${alternative.candidate} in ${part.source} holds ${reason}`);
    }
    return value;
  }
  const names = [...new Set(part.alternatives.map(({ candidate }) => candidate))];
  throw unusable(`${part.source} is empty: the launch says nothing as ${names.join(' or ')}`);
}

const transformed = ({ candidate, transforms }: RuleAlternative, candidates: ViewerCandidates): string =>
  transforms.reduce((value, name) => RULE_TRANSFORMS[name](value), candidates[candidate] ?? '');

const unusable = (reason: string): AppError => new AppError('VIEWER_ID_UNUSABLE', { reason });
