/** One block of a platform's page: what it shows as a form, how it reads the form, and what it warns of. */
import type { AdapterRegistry } from '../../../adapter-sdk/registry.js';
import type { Parameters } from '../../../http/types.js';
import type { PlatformChanges, PlatformRecord, PlatformSettings, Store } from '../../../store/ports.js';
import type { MessageKey, Messages } from '../../../ui/translate.js';
import type { FieldProblem, PlatformFields } from '../../platform-fields.js';

export interface FieldOption {
  value: string;
  label: string;
  hint?: string;
}

/** A field of a form. `label` and `hint` are translated. */
export interface FieldView {
  name: string;
  label: string;
  hint?: string;
  /** `lines`: a text area, one value a line. `checks`: several of the options. */
  kind: 'text' | 'lines' | 'choice' | 'select' | 'check' | 'checks';
  /** Of `checks`: the chosen ones. Of `check`: `yes` or nothing. */
  value: string | readonly string[];
  options?: readonly FieldOption[];
  maxLength?: number;
  /** An id or address: shown in the type for ids, never corrected by the browser. */
  exact?: true;
}

export interface SettingFacts {
  text: Messages['text'];
  fields: PlatformFields;
  registry: AdapterRegistry;
  store: Store;
  nowMs: number;
}

export type SettingReading = { ok: true; changes: PlatformChanges } | { ok: false; problems: FieldProblem[] };

export interface Setting {
  id: string;
  title: MessageKey;
  /** What it is for, in a sentence. */
  hint: MessageKey;
  /** Of the platform as it is, or as it would be. */
  form(platform: PlatformRecord, facts: SettingFacts): Promise<FieldView[]> | FieldView[];
  /** The present value in a few words. */
  summary(platform: PlatformRecord, facts: SettingFacts): string;
  read(form: Parameters, platform: PlatformRecord, facts: SettingFacts): SettingReading | Promise<SettingReading>;
  /** What to know before it happens; a change without it needs no second look. */
  warn?(platform: PlatformRecord, changed: PlatformRecord, facts: SettingFacts): Promise<string[]> | string[];
}

type SettingValues = { [Name in keyof PlatformSettings]?: PlatformSettings[Name] | undefined };

/** Changes some settings; `undefined` removes one. */
export function settingsChange({ settings }: PlatformRecord, values: SettingValues): PlatformChanges {
  const changed = Object.entries({ ...settings, ...values }).filter(([, value]) => value !== undefined);
  return { settings: Object.fromEntries(changed) as unknown as PlatformSettings };
}

/** The platform as it would be. */
export function changedPlatform(platform: PlatformRecord, changes: PlatformChanges): PlatformRecord {
  const all = Object.entries({ ...platform, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(all) as unknown as PlatformRecord;
}

/** The fields with what was typed in place of what is stored. */
export function asTyped(fields: readonly FieldView[], form: Parameters): FieldView[] {
  return fields.map((field) => ({
    ...field,
    value:
      field.kind === 'checks'
        ? form.entries().flatMap(([name, value]) => (name === field.name ? [value] : []))
        : (form.get(field.name) ?? (field.kind === 'check' ? '' : field.value)),
  }));
}

/** What a field says, for people. */
export function shownValue({ kind, value, options }: FieldView, text: Messages['text']): string {
  if (kind === 'check') return text(value === 'yes' ? 'platforms.yes' : 'platforms.no');
  const labelOf = (one: string): string => options?.find((option) => option.value === one)?.label ?? one;
  return typeof value === 'string' ? labelOf(value) : value.map(labelOf).join('\n');
}

export interface ValueChange {
  label: string;
  before: string;
  after: string;
}

/** The fields that differ, for people. */
export function changesBetween(
  before: readonly FieldView[],
  after: readonly FieldView[],
  text: Messages['text'],
): ValueChange[] {
  return before
    .map((field, index) => ({
      label: field.label,
      before: shownValue(field, text),
      after: shownValue(after.find(({ name }) => name === field.name) ?? after[index] ?? field, text),
    }))
    .filter((change) => change.before !== change.after);
}

/** A value that may be empty: checked when it is not. */
export const filled = (form: Parameters, name: string): string | undefined => form.get(name)?.trim() || undefined;
