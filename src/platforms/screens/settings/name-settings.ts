/** What a platform is called, by people and in reports. */
import { DAY_MS, launchesSince } from '../health.js';
import { problemsOf } from '../../platform-fields.js';
import { filled, settingsChange, type Setting } from './setting.js';

const REPORTED_DAYS = 30;
const MAX_COUNTED = 5_000;

const name: Setting = {
  id: 'name',
  title: 'platforms.setting.name',
  hint: 'platforms.setting.name.hint',
  form: (platform, { text }) => [
    { name: 'name', label: text('platforms.field.name'), kind: 'text', value: platform.name, maxLength: 100 },
  ],
  summary: (platform) => platform.name,
  read(form, _platform, { fields }) {
    const read = fields.name.safeParse(form.get('name') ?? '');
    if (!read.success)
      return { ok: false, problems: problemsOf(read.error).map((found) => ({ ...found, field: 'name' })) };
    return { ok: true, changes: { name: read.data } };
  },
};

const application: Setting = {
  id: 'application',
  title: 'platforms.setting.application',
  hint: 'platforms.setting.application.hint',
  form: ({ settings, adapterId }, { text, registry }) => [
    {
      name: 'applicationName',
      label: text('platforms.field.applicationName'),
      hint: text('platforms.field.applicationName.hint', {
        adapter: registry.list().find(({ id }) => id === adapterId)?.title ?? adapterId,
      }),
      kind: 'text',
      value: settings.applicationName ?? '',
      maxLength: 60,
    },
  ],
  summary: ({ settings }, { text }) => settings.applicationName ?? text('platforms.ofAdapter'),
  read(form, platform, { fields }) {
    const read = fields.applicationName.optional().safeParse(filled(form, 'applicationName'));
    if (!read.success) return { ok: false, problems: [{ field: 'applicationName', problem: 'application-name' }] };
    return { ok: true, changes: settingsChange(platform, { applicationName: read.data }) };
  },
  /** Kaltura's events keep the name that they were reported with. */
  async warn(platform, _changed, { text, store, nowMs }) {
    const { launches, more } = await launchesSince(
      store.launches,
      { platformId: platform.id, outcome: 'played' },
      { sinceMs: nowMs - REPORTED_DAYS * DAY_MS, cap: MAX_COUNTED },
    );
    return [
      text('platforms.warn.application'),
      text(more ? 'platforms.warn.applicationMany' : 'platforms.warn.applicationLaunches', { count: launches.length }),
    ];
  },
};

export const nameSettings: readonly Setting[] = [name, application];
