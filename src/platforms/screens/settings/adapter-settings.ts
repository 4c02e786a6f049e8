/** Which adapter reads the launches, and the adapter's own settings, drawn from its schema. */
import { z } from 'zod';
import type { Adapter } from '../../../adapter-sdk/types.js';
import type { FieldProblem } from '../../platform-fields.js';
import { settingsChange, type FieldView, type Setting } from './setting.js';

const adapterOf = (id: string, list: readonly Adapter[]): Adapter | undefined => list.find((known) => known.id === id);

const adapter: Setting = {
  id: 'adapter',
  title: 'platforms.setting.adapter',
  hint: 'platforms.setting.adapter.hint',
  form: ({ adapterId }, { text, registry }) => {
    const options = registry.list().map(({ id, title }) => ({ value: id, label: title }));
    const known = options.some(({ value }) => value === adapterId);
    return [
      {
        name: 'adapter',
        label: text('platforms.field.adapter'),
        kind: 'select',
        value: adapterId,
        // One that was configured once and is not any more.
        options: known ? options : [{ value: adapterId, label: adapterId }, ...options],
      },
    ];
  },
  summary: ({ adapterId }, { registry }) => adapterOf(adapterId, registry.list())?.title ?? adapterId,
  read(form, platform, { registry }) {
    const chosen = adapterOf(form.get('adapter') ?? '', registry.list());
    if (!chosen) return { ok: false, problems: [{ field: 'adapter', problem: 'choice' }] };
    if (chosen.id === platform.adapterId) return { ok: true, changes: {} };
    return { ok: true, changes: { adapterId: chosen.id, ...settingsChange(platform, { adapter: {} }) } };
  },
  warn: (_platform, _changed, { text }) => [text('platforms.warn.adapter'), text('platforms.warn.adapterSettings')],
};

/** What the schema says about one setting, as far as a form needs it. */
const described = z.object({
  type: z.string().optional().catch(undefined),
  enum: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  description: z.string().optional().catch(undefined),
});

const fieldName = (name: string): string => `setting.${name}`;

/** `usernameParameter` → `Username parameter` */
const humanName = (name: string): string => {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

interface OwnSetting {
  name: string;
  kind: 'text' | 'select' | 'check';
  isNumber: boolean;
  options?: { value: string; label: string }[];
  hint?: string;
}

function ownSettings({ settings }: Adapter): OwnSetting[] {
  return Object.entries(settings.shape).map(([name, schema]): OwnSetting => {
    const {
      type,
      enum: choices,
      description,
    } = described.parse(z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }));
    return {
      name,
      kind: choices ? 'select' : type === 'boolean' ? 'check' : 'text',
      isNumber: type === 'number' || type === 'integer' || choices?.every((one) => typeof one === 'number') === true,
      ...(choices ? { options: choices.map((one) => ({ value: String(one), label: String(one) })) } : {}),
      ...(description === undefined ? {} : { hint: description }),
    };
  });
}

const adapterOptions: Setting = {
  id: 'adapter-settings',
  title: 'platforms.setting.adapter-settings',
  hint: 'platforms.setting.adapter-settings.hint',
  form({ adapterId, settings }, { registry }) {
    const own = adapterOf(adapterId, registry.list());
    if (!own) return [];
    const stored = own.settings.safeParse(settings.adapter);
    const values: Record<string, unknown> = stored.success ? stored.data : own.settings.parse({});
    return ownSettings(own).map(({ name, kind, options, hint }): FieldView => {
      const value = values[name];
      return {
        name: fieldName(name),
        label: humanName(name),
        kind,
        value: kind === 'check' ? (value === true ? 'yes' : '') : String(value),
        ...(options ? { options } : {}),
        ...(hint === undefined ? {} : { hint }),
        ...(kind === 'text' ? { exact: true as const } : {}),
      };
    });
  },
  summary({ settings }, { text }) {
    const count = Object.keys(settings.adapter).length;
    return count === 0 ? text('platforms.defaults') : text('platforms.changed', { count });
  },
  read(form, platform, { registry }) {
    const own = adapterOf(platform.adapterId, registry.list());
    if (!own) return { ok: false, problems: [{ field: 'adapter', problem: 'choice' }] };
    const typed = ownSettings(own).map(({ name, kind, isNumber }): [string, unknown] => {
      const value = form.get(fieldName(name)) ?? '';
      return [name, kind === 'check' ? value === 'yes' : isNumber ? Number(value.trim() || Number.NaN) : value];
    });
    const read = own.settings.safeParse(Object.fromEntries(typed));
    if (!read.success) {
      const problems = read.error.issues.map(({ path, message }): FieldProblem => ({
        field: fieldName(String(path[0] ?? '')),
        problem: 'adapter-setting',
        detail: message,
      }));
      return { ok: false, problems };
    }
    // Only what differs is kept, so that a better default of a later version counts.
    const defaults: Record<string, unknown> = own.settings.parse({});
    const values: [string, unknown][] = Object.entries(read.data);
    const kept = values.filter(([name, value]) => value !== defaults[name]);
    return { ok: true, changes: settingsChange(platform, { adapter: Object.fromEntries(kept) }) };
  },
  warn: (_platform, _changed, { text }) => [text('platforms.warn.adapter')],
};

export const adapterSettings: readonly Setting[] = [adapter, adapterOptions];
