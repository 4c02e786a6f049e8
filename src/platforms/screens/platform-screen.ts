/** A platform's page: its blocks as forms, and the changes that they ask for. */
import { AppError } from '../../errors/app-error.js';
import type { Parameters } from '../../http/types.js';
import type { PlatformRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { deploymentViews } from './deployment-routes.js';
import { readHealth } from './health.js';
import { healthView, keysView } from './list-screen.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import { platformFields, type FieldProblem } from '../platform-fields.js';
import {
  adapterTitle,
  formOf,
  isOwner,
  pageFrame,
  platformLinks,
  problemViews,
  requirePlatform,
  template,
  timeView,
  typedOf,
  versionOf,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { accessSettings } from './settings/access-settings.js';
import { adapterSettings } from './settings/adapter-settings.js';
import { connectionSettings, frameSettings } from './settings/connection-settings.js';
import { courseSettings } from './settings/course-settings.js';
import { nameSettings } from './settings/name-settings.js';
import {
  asTyped,
  changedPlatform,
  changesBetween,
  shownValue,
  type Setting,
  type SettingFacts,
} from './settings/setting.js';
import { tenantViews } from './tenant-routes.js';

const PLATFORM = template('platform');
const CONFIRM = template('confirm');
const CONFLICT = template('conflict');

/** The order of the page. */
const GROUPS = [
  { id: 'names', settings: nameSettings },
  { id: 'courses', settings: courseSettings },
  { id: 'frames', settings: frameSettings },
  { id: 'adapter', settings: adapterSettings },
  { id: 'connection', settings: connectionSettings },
  { id: 'access', settings: accessSettings },
] as const;
const SETTINGS: readonly Setting[] = GROUPS.flatMap(({ settings }) => settings);

/** A form that was refused: shown open, with what was typed. */
interface Refused {
  /** Of a setting or another form of the page. */
  id: string;
  form: Parameters;
  problems: readonly FieldProblem[];
}

export type ShowPlatform = (
  platform: PlatformRecord,
  screen: AdminScreen,
  refused?: Refused,
) => Promise<ReturnType<AdminScreen['page']>>;

export function createPlatformPage(deps: PlatformScreensDependencies): {
  routes: AdminRoute[];
  show: ShowPlatform;
} {
  const { store, registry, config, clock } = deps;
  const fields = platformFields(config);

  const factsFor = ({ messages }: AdminScreen): SettingFacts => ({
    text: messages.text,
    fields,
    registry,
    store,
    nowMs: clock.nowMs(),
  });

  const settingView = async (
    setting: Setting,
    platform: PlatformRecord,
    { screen, refused }: { screen: AdminScreen; refused: Refused | undefined },
  ) => {
    const facts = factsFor(screen);
    const stored = await setting.form(platform, facts);
    const wrong = refused?.id === setting.id ? refused : undefined;
    const shown = wrong ? asTyped(stored, wrong.form) : stored;
    return {
      id: setting.id,
      title: facts.text(setting.title),
      hint: facts.text(setting.hint),
      summary: setting.summary(platform, facts),
      url: platformPath(platform.id, 'settings', setting.id),
      version: platform.version,
      fields: shown,
      values: stored.map((field) => ({ label: field.label, value: shownValue(field, facts.text) })),
      problems: wrong ? problemViews(wrong.problems, screen, shown) : [],
    };
  };

  const show: ShowPlatform = async (platform, screen, refused) => {
    const deployments = await store.deployments.listByPlatform(platform.id);
    const [health, frames, groups, tenants, deploymentList] = await Promise.all([
      readHealth(platform.id, clock.nowMs(), { store }),
      store.blockedFrames.list(platform.id),
      Promise.all(
        GROUPS.map(async ({ id, settings }) => ({
          id,
          settings: await Promise.all(settings.map((setting) => settingView(setting, platform, { screen, refused }))),
        })),
      ),
      tenantViews(platform, deployments, deps),
      deploymentViews(platform, deployments, deps),
    ]);
    const shownFields = groups.flatMap(({ settings }) => settings.flatMap((setting) => setting.fields));
    const problems = refused ? problemViews(refused.problems, screen, shownFields) : [];
    return screen.page(
      PLATFORM,
      {
        ...pageFrame,
        title: platform.name,
        platform: {
          id: platform.id,
          status: platform.status,
          version: platform.version,
          account: platform.accountId,
          adapter: adapterTitle(registry, platform.adapterId),
          pilot: platform.settings.pilot !== undefined,
          connected: timeView(platform.createdAtMs),
        },
        health: healthView(health),
        keys: keysView(platform, deps),
        groups: Object.fromEntries(groups.map(({ id, settings }) => [id, settings])),
        tenants,
        deployments: deploymentList,
        frames: frames.map(({ origin, count, lastAtMs }) => ({ origin, count, ...timeView(lastAtMs) })),
        problems,
        refused: refused && { id: refused.id, values: Object.fromEntries(refused.form.entries()) },
        links: {
          ...platformLinks(platform),
          test: `${platformPath(platform.id, 'first-launch')}?since=${clock.nowMs()}`,
        },
        mayChange: isOwner(screen),
        mayCheck: screen.session.role !== 'viewer',
      },
      refused ? 422 : 200,
    );
  };

  const requireSetting = (id: string | undefined): Setting => {
    const setting = SETTINGS.find((known) => known.id === id);
    if (!setting) throw new AppError('HTTP_NOT_FOUND', { reason: 'there is no such setting' });
    return setting;
  };

  /** Somebody else was faster: what is there now beside what was typed. */
  const conflict = async (
    setting: Setting,
    current: PlatformRecord | undefined,
    { screen, form }: { screen: AdminScreen; form: Parameters },
  ) => {
    if (!current) throw new AppError('HTTP_NOT_FOUND', { reason: 'the platform was removed in the meantime' });
    const facts = factsFor(screen);
    const now = await setting.form(current, facts);
    return screen.page(
      CONFLICT,
      {
        ...pageFrame,
        title: facts.text('platforms.conflict.title'),
        name: current.name,
        backUrl: platformPath(current.id),
        setting: facts.text(setting.title),
        url: platformPath(current.id, 'settings', setting.id),
        recordVersion: current.version,
        typed: typedOf(form),
        changes: changesBetween(now, asTyped(now, form), facts.text),
      },
      409,
    );
  };

  const routes: AdminRoute[] = [
    {
      method: 'GET',
      path: `${PLATFORMS_PATH}/:platformId`,
      template: `${PLATFORMS_PATH}/:platformId`,
      role: 'viewer',
      handler: async (request, screen) => show(await requirePlatform(request, store), screen),
    },
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/:platformId/settings/:setting`,
      template: `${PLATFORMS_PATH}/:platformId/settings/:setting`,
      role: 'owner',
      async handler(request, screen) {
        const setting = requireSetting(request.params['setting']);
        const platform = await requirePlatform(request, store);
        const form = formOf(request);
        const version = versionOf(form);
        const facts = factsFor(screen);
        const reading = await setting.read(form, platform, facts);
        if (!reading.ok) return show(platform, screen, { id: setting.id, form, problems: reading.problems });
        if (platform.version !== version) return conflict(setting, platform, { screen, form });

        const backUrl = `${platformPath(platform.id)}#setting-${setting.id}`;
        const changed = changedPlatform(platform, reading.changes);
        const changes = changesBetween(
          await setting.form(platform, facts),
          await setting.form(changed, facts),
          facts.text,
        );
        if (changes.length === 0 && setting.id !== 'capture') {
          return screen.redirect(backUrl, { text: facts.text('platforms.unchanged') });
        }
        const warnings = form.get('confirm') === 'yes' ? [] : ((await setting.warn?.(platform, changed, facts)) ?? []);
        if (warnings.length > 0) {
          return screen.page(CONFIRM, {
            ...pageFrame,
            title: facts.text('platforms.confirm.title', { setting: facts.text(setting.title) }),
            name: platform.name,
            backUrl,
            url: platformPath(platform.id, 'settings', setting.id),
            recordVersion: version,
            typed: typedOf(form),
            changes,
            warnings,
            button: facts.text('platforms.confirm.button', { setting: facts.text(setting.title) }),
          });
        }
        const update = { ...reading.changes, updatedAtMs: clock.nowMs() };
        const result = await store.platforms.update(platform.id, version, update, screen.actor);
        if (result.outcome === 'conflict') return conflict(setting, result.current, { screen, form });
        return screen.redirect(backUrl, {
          text: facts.text('platforms.saved', { setting: facts.text(setting.title) }),
        });
      },
    },
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/:platformId/blocked-frames`,
      template: `${PLATFORMS_PATH}/:platformId/blocked-frames`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const form = formOf(request);
        const { text } = screen.messages;
        const origin = form.get('origin') ?? '';
        const backUrl = `${platformPath(platform.id)}#frames`;
        const known = (await store.blockedFrames.list(platform.id)).some((frame) => frame.origin === origin);
        if (!known) throw new AppError('INPUT_INVALID', { reason: 'no browser reported that origin' });
        if (form.get('action') !== 'add') {
          await store.blockedFrames.remove(platform.id, origin);
          return screen.redirect(backUrl, { text: text('platforms.frames.dismissed', { origin }) });
        }
        if (!fields.origin.safeParse(origin).success) {
          return show(platform, screen, {
            id: 'frame-origins',
            form,
            problems: [{ field: 'frameOrigins', problem: 'origin', detail: origin }],
          });
        }
        const { frameOrigins } = platform.settings;
        const settings = { ...platform.settings, frameOrigins: [...new Set([...frameOrigins, origin])] };
        const result = await store.platforms.update(
          platform.id,
          versionOf(form),
          { settings, updatedAtMs: clock.nowMs() },
          screen.actor,
        );
        if (result.outcome === 'conflict') {
          throw new AppError('STORE_CONFLICT', { reason: text('platforms.conflict.reason') });
        }
        await store.blockedFrames.remove(platform.id, origin);
        return screen.redirect(backUrl, { text: text('platforms.frames.added', { origin }) });
      },
    },
  ];
  return { routes, show };
}
