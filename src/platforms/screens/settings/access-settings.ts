/** Blocks about who gets in: a pilot's few, admins from the LMS; and what launches leave behind for a while. */
import { z } from 'zod';
import type { Parameters } from '../../../http/types.js';
import type { CourseRecord, PilotLimits, PlatformRecord } from '../../../store/ports.js';
import { DAY_MS, launchesSince } from '../health.js';
import { previewPilot } from '../../pilot.js';
import { linesOf, type FieldProblem } from '../../platform-fields.js';
import { tenantsOfDeployments } from '../../tenants-of.js';
import { settingsChange, type FieldOption, type Setting, type SettingFacts } from './setting.js';

const HOUR_MS = 60 * 60_000;
const OFFERED_COURSES = 30;
const MAX_LISTED = 500;
const PREVIEW_DAYS = 7;
const MAX_PREVIEWED = 5_000;

const chosen = (form: Parameters, field: string): string[] =>
  form.entries().flatMap(([name, value]) => (name === field ? [value] : []));

/** The courses that were launched last, each key once. */
async function recentCourses(platform: PlatformRecord, { store }: SettingFacts): Promise<CourseRecord[]> {
  const tenants = await tenantsOfDeployments(await store.deployments.listByPlatform(platform.id), store);
  const pages = await Promise.all(
    tenants.map(({ id }) => store.courses.list({ tenantId: id, order: 'recent', limit: OFFERED_COURSES })),
  );
  const courses = pages
    .flatMap(({ items }) => items)
    .toSorted((a, b) => (b.lastLaunchAtMs ?? 0) - (a.lastLaunchAtMs ?? 0));
  const byKey = new Map(courses.map((course) => [course.courseKey, course]));
  return [...byKey.values()].slice(0, OFFERED_COURSES);
}

const pilot: Setting = {
  id: 'pilot',
  title: 'platforms.setting.pilot',
  hint: 'platforms.setting.pilot.hint',
  async form(platform, facts) {
    const { text, store } = facts;
    const limits = platform.settings.pilot;
    const [courses, deployments] = await Promise.all([
      recentCourses(platform, facts),
      store.deployments.listByPlatform(platform.id),
    ]);
    const offered = courses.map(({ courseKey, title, label }): FieldOption => ({
      value: courseKey,
      label: title ?? label ?? courseKey,
      ...(title === undefined && label === undefined ? {} : { hint: courseKey }),
    }));
    const others = (limits?.courseKeys ?? []).filter((key) => !offered.some(({ value }) => value === key));
    const active = deployments
      .filter(({ status, deploymentId }) => status === 'active' || limits?.deploymentIds.includes(deploymentId))
      .map(({ deploymentId }): FieldOption => ({ value: deploymentId, label: deploymentId }));
    return [
      { name: 'pilot', label: text('platforms.field.pilot'), kind: 'check', value: limits ? 'yes' : '' },
      ...(offered.length === 0
        ? []
        : [
            {
              name: 'pilotCourse',
              label: text('platforms.field.pilotCourse'),
              kind: 'checks' as const,
              value: limits?.courseKeys ?? [],
              options: offered,
            },
          ]),
      {
        name: 'pilotCourses',
        label: text('platforms.field.pilotCourses'),
        hint: text('platforms.field.pilotCourses.hint'),
        kind: 'lines',
        value: others.join('\n'),
        exact: true,
      },
      ...(active.length === 0
        ? []
        : [
            {
              name: 'pilotDeployment',
              label: text('platforms.field.pilotDeployment'),
              hint: text('platforms.field.pilotDeployment.hint'),
              kind: 'checks' as const,
              value: limits?.deploymentIds ?? [],
              options: active,
            },
          ]),
      {
        name: 'pilotContact',
        label: text('platforms.field.pilotContact'),
        hint: text('platforms.field.pilotContact.hint'),
        kind: 'text',
        value: limits?.contact ?? '',
        maxLength: 500,
      },
    ];
  },
  summary({ settings }, { text }) {
    if (!settings.pilot) return text('platforms.pilot.off');
    const { courseKeys, deploymentIds } = settings.pilot;
    return text('platforms.pilot.on', { courses: courseKeys.length, deployments: deploymentIds.length });
  },
  read(form, platform, { fields }) {
    if (form.get('pilot') !== 'yes') return { ok: true, changes: settingsChange(platform, { pilot: undefined }) };
    const keys = [...new Set([...chosen(form, 'pilotCourse'), ...linesOf(form.get('pilotCourses') ?? '')])];
    const deploymentIds = [...new Set(chosen(form, 'pilotDeployment'))];
    const contact = fields.contact.safeParse(form.get('pilotContact') ?? '');
    const problems: FieldProblem[] = [];
    const list = z.array(fields.courseKey).max(MAX_LISTED);
    if (!list.safeParse(keys).success || !list.safeParse(deploymentIds).success) {
      problems.push({ field: 'pilotCourses', problem: 'too-long', detail: String(MAX_LISTED) });
    } else if (keys.length + deploymentIds.length === 0) problems.push({ field: 'pilotCourses', problem: 'missing' });
    if (!contact.success) problems.push({ field: 'pilotContact', problem: 'missing' });
    if (problems.length > 0 || !contact.success) return { ok: false, problems };
    const limits: PilotLimits = { courseKeys: keys, deploymentIds, contact: contact.data };
    return { ok: true, changes: settingsChange(platform, { pilot: limits }) };
  },
  async warn(platform, { settings }, { text, store, nowMs }) {
    if (!settings.pilot) return [text('platforms.warn.pilotOff')];
    const { launches } = await launchesSince(
      store.launches,
      { platformId: platform.id },
      { sinceMs: nowMs - PREVIEW_DAYS * DAY_MS, cap: MAX_PREVIEWED },
    );
    const { served, refused, refusedCourses } = previewPilot(settings.pilot, launches);
    return [text('platforms.warn.pilot', { served, refused, courses: refusedCourses })];
  },
};

const adminSignIn: Setting = {
  id: 'admin-sign-in',
  title: 'platforms.setting.admin-sign-in',
  hint: 'platforms.setting.admin-sign-in.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'adminSignIn',
      label: text('platforms.field.adminSignIn'),
      kind: 'check',
      value: settings.adminSignIn ? 'yes' : '',
    },
  ],
  summary: ({ settings }, { text }) => text(settings.adminSignIn ? 'platforms.on' : 'platforms.off'),
  read: (form, platform) => ({
    ok: true,
    changes: settingsChange(platform, { adminSignIn: form.get('adminSignIn') === 'yes' ? true : undefined }),
  }),
};

const CAPTURES = ['off', 'hour'] as const;

const capture: Setting = {
  id: 'capture',
  title: 'platforms.setting.capture',
  hint: 'platforms.setting.capture.hint',
  form: ({ settings }, { text, nowMs }) => [
    {
      name: 'capture',
      label: text('platforms.field.capture'),
      kind: 'choice',
      value: (settings.captureUntilMs ?? 0) > nowMs ? 'hour' : 'off',
      options: CAPTURES.map((value) => ({ value, label: text(`platforms.capture.${value}`) })),
    },
  ],
  summary({ settings }, { text, nowMs }) {
    const until = settings.captureUntilMs ?? 0;
    return until > nowMs
      ? text('platforms.capture.until', { time: new Date(until).toISOString().slice(11, 16) })
      : text('platforms.off');
  },
  read(form, platform, { nowMs }) {
    const wish = CAPTURES.find((one) => one === form.get('capture'));
    if (!wish) return { ok: false, problems: [{ field: 'capture', problem: 'choice' }] };
    const captureUntilMs = wish === 'hour' ? nowMs + HOUR_MS : undefined;
    return { ok: true, changes: settingsChange(platform, { captureUntilMs }) };
  },
};

export const accessSettings: readonly Setting[] = [pilot, adminSignIn, capture];
