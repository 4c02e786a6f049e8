/** The form of the rules: what somebody is writing, in the order of the screen. Nothing of it is checked here. */
import { createHash } from 'node:crypto';
import type { Parameters } from '../../http/types.js';
import { MAX_RULES, type CourseSettings } from '../settings.js';

/** A rule as it stands in the form. */
export interface DraftRule {
  id: string;
  field: string;
  pattern: string;
  categoryPath: string;
  create: boolean;
}

export interface RulesDraft {
  rules: DraftRule[];
  copiedCourse: string;
}

/** What the lesson of the empty screen writes into the form. */
export const EXAMPLE_RULE: Omit<DraftRule, 'id'> = {
  field: 'label',
  pattern: '([A-Z]+)\\d+.*',
  categoryPath: 'site>channels>$1',
  create: false,
};

const NAME = /^field\.([\w-]{1,40})$/;

/** Rules are fields `field.<id>`, `pattern.<id>`, `path.<id>`, `create.<id>`; their order is that of the first of these. */
export function readRulesForm(form: Parameters | undefined): RulesDraft {
  const entries = form?.entries() ?? [];
  const values = new Map(entries);
  const ids = entries.flatMap(([name]) => NAME.exec(name)?.[1] ?? []);
  return {
    rules: [...new Set(ids)].slice(0, MAX_RULES + 1).map((id) => ({
      id,
      field: values.get(`field.${id}`) ?? '',
      pattern: values.get(`pattern.${id}`) ?? '',
      categoryPath: values.get(`path.${id}`) ?? '',
      create: values.has(`create.${id}`),
    })),
    copiedCourse: values.get('copiedCourse') ?? '',
  };
}

/** The draft after a button of it: `add`, `example`, `up.<id>`, `down.<id>`, `remove.<id>`; anything else changes nothing. */
export function changeDraft(draft: RulesDraft, step: string | undefined, newId: () => string): RulesDraft {
  if (step === undefined) return draft;
  const rules = [...draft.rules];
  if (step === 'add') rules.push({ id: newId(), field: 'label', pattern: '', categoryPath: '', create: false });
  if (step === 'example') rules.push({ id: newId(), ...EXAMPLE_RULE });
  const [verb, id] = step.split('.');
  const from = rules.findIndex((rule) => rule.id === id);
  if (from >= 0) {
    const to = { up: from - 1, down: from + 1 }[verb ?? ''] ?? from;
    const moved = rules.splice(from, 1);
    if (verb !== 'remove') rules.splice(Math.max(to, 0), 0, ...moved);
  }
  return { ...draft, rules };
}

/** Tells whether the rules are still the ones that somebody began to change; players of courses are none of them. */
export const stampOf = ({ rules, copiedCourse }: Pick<CourseSettings, 'rules' | 'copiedCourse'>): string =>
  createHash('sha256')
    .update(JSON.stringify([rules.map((rule) => Object.entries(rule).toSorted()), copiedCourse]))
    .digest('base64url')
    .slice(0, 22);
