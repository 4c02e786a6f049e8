/** Blocks about courses and videos. */
import type { EntryPolicy, PlatformRecord, UnmappedCoursePolicy } from '../../../store/ports.js';
import { problemsOf } from '../../platform-fields.js';
import { tenantsOfDeployments } from '../../tenants-of.js';
import { filled, settingsChange, type Setting, type SettingFacts } from './setting.js';

export const UNMAPPED_POLICIES = ['play', 'refuse', 'provision'] as const satisfies UnmappedCoursePolicy[];
export const ENTRY_POLICIES = ['course', 'root', 'signed'] as const satisfies EntryPolicy[];
const MAX_COUNTED = 10_000;

/** How many known courses of this platform have no category. */
async function unmappedCourses(platform: PlatformRecord, { store }: SettingFacts): Promise<number> {
  const tenants = await tenantsOfDeployments(await store.deployments.listByPlatform(platform.id), store);
  const counts = await Promise.all(
    tenants.map(({ id }) => store.courses.count({ tenantId: id, state: 'unmapped' }, MAX_COUNTED)),
  );
  return Math.min(
    MAX_COUNTED,
    counts.reduce((sum, count) => sum + count, 0),
  );
}

const unmappedCourse: Setting = {
  id: 'unmapped-course',
  title: 'platforms.setting.unmapped-course',
  hint: 'platforms.setting.unmapped-course.hint',
  async form(platform, facts) {
    const { text } = facts;
    const count = await unmappedCourses(platform, facts);
    return [
      {
        name: 'unmappedCourse',
        label: text('platforms.field.unmappedCourse'),
        kind: 'choice',
        value: platform.settings.unmappedCourse,
        options: UNMAPPED_POLICIES.map((policy) => ({
          value: policy,
          label: text(`platforms.unmapped.${policy}`),
          hint:
            policy === 'provision' && count > 0
              ? `${text('platforms.unmapped.provision.hint')} ${text('platforms.unmapped.provision.count', { count })}`
              : text(`platforms.unmapped.${policy}.hint`),
        })),
      },
    ];
  },
  summary: ({ settings }, { text }) => text(`platforms.unmapped.${settings.unmappedCourse}`),
  read(form, platform) {
    const policy = UNMAPPED_POLICIES.find((one) => one === form.get('unmappedCourse'));
    if (!policy) return { ok: false, problems: [{ field: 'unmappedCourse', problem: 'choice' }] };
    return { ok: true, changes: settingsChange(platform, { unmappedCourse: policy }) };
  },
};

const entryPolicy: Setting = {
  id: 'entry-policy',
  title: 'platforms.setting.entry-policy',
  hint: 'platforms.setting.entry-policy.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'entryPolicy',
      label: text('platforms.field.entryPolicy'),
      kind: 'choice',
      value: settings.entryPolicy,
      options: ENTRY_POLICIES.map((policy) => ({
        value: policy,
        label: text(`platforms.entry.${policy}`),
        hint: text(`platforms.entry.${policy}.hint`),
      })),
    },
  ],
  summary: ({ settings }, { text }) => text(`platforms.entry.${settings.entryPolicy}`),
  read(form, platform) {
    const policy = ENTRY_POLICIES.find((one) => one === form.get('entryPolicy'));
    if (!policy) return { ok: false, problems: [{ field: 'entryPolicy', problem: 'choice' }] };
    return { ok: true, changes: settingsChange(platform, { entryPolicy: policy }) };
  },
};

const rootCategory: Setting = {
  id: 'root-category',
  title: 'platforms.setting.root-category',
  hint: 'platforms.setting.root-category.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'rootCategory',
      label: text('platforms.field.rootCategory'),
      hint: text('platforms.field.rootCategory.hint'),
      kind: 'text',
      value: settings.rootCategory ?? '',
      maxLength: 400,
    },
  ],
  summary: ({ settings }, { text }) => settings.rootCategory ?? text('platforms.ofAccount'),
  read(form, platform, { fields }) {
    const read = fields.rootCategory.optional().safeParse(filled(form, 'rootCategory'));
    if (!read.success) {
      return { ok: false, problems: problemsOf(read.error).map((found) => ({ ...found, field: 'rootCategory' })) };
    }
    return { ok: true, changes: settingsChange(platform, { rootCategory: read.data }) };
  },
  warn: (_platform, _changed, { text }) => [text('platforms.warn.rootCategory')],
};

const player: Setting = {
  id: 'player',
  title: 'platforms.setting.player',
  hint: 'platforms.setting.player.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'uiConfId',
      label: text('platforms.field.uiConfId'),
      hint: text('platforms.field.uiConfId.hint'),
      kind: 'text',
      value: settings.uiConfId === undefined ? '' : String(settings.uiConfId),
      exact: true,
    },
  ],
  summary: ({ settings }, { text }) =>
    settings.uiConfId === undefined ? text('platforms.ofAccount') : String(settings.uiConfId),
  read(form, platform, { fields }) {
    const read = fields.uiConfId.optional().safeParse(filled(form, 'uiConfId'));
    if (!read.success) return { ok: false, problems: [{ field: 'uiConfId', problem: 'number' }] };
    return { ok: true, changes: settingsChange(platform, { uiConfId: read.data }) };
  },
};

export const courseSettings: readonly Setting[] = [unmappedCourse, entryPolicy, rootCategory, player];
