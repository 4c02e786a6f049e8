/** The scope of viewers and courses behind a platform: its name, its namespace, and the rule that makes userIds. */
import { AppError, isAppError } from '../../errors/app-error.js';
import type { Parameters, RequestFacts } from '../../http/types.js';
import { changeIdentitySettings } from '../../identity/change-settings.js';
import type { DryRun, Outcome } from '../../identity/dry-run.js';
import { isNamespace } from '../../identity/namespace.js';
import {
  checkIdentitySettings,
  readIdentitySettings,
  type IdentitySettings,
  type StoredIdentitySettings,
} from '../../identity/settings.js';
import type { DeploymentRecord, PlatformRecord, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { previewIdentity } from './identity-preview.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import { platformFields, type FieldProblem } from '../platform-fields.js';
import type { ShowPlatform } from './platform-screen.js';
import {
  formOf,
  pageFrame,
  problemViews,
  requirePlatform,
  template,
  typedOf,
  versionOf,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { requireTenantOf, tenantsOfDeployments } from '../tenants-of.js';

const IDENTITY = template('identity');
const CONFIRM = template('confirm');
const CONFLICT = template('conflict');
const GUESTS = ['refuse', 'guest'] as const;
const MAX_COUNTED = 10_000;

/** What is stored; the default rule where it cannot be read, which is said. */
function settingsOf(tenant: TenantRecord): { settings: IdentitySettings; unreadable: boolean } {
  try {
    return { settings: readIdentitySettings(tenant.identityRule), unreadable: false };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { settings: readIdentitySettings(undefined), unreadable: true };
  }
}

export async function tenantViews(
  platform: PlatformRecord,
  deployments: readonly DeploymentRecord[],
  { store }: Pick<PlatformScreensDependencies, 'store'>,
) {
  const tenants = await tenantsOfDeployments(deployments, store);
  return Promise.all(
    tenants.map(async (tenant) => {
      const { settings, unreadable } = settingsOf(tenant);
      const url = (part: string) => platformPath(platform.id, 'tenants', tenant.id, part);
      const courses = await store.courses.count({ tenantId: tenant.id }, MAX_COUNTED);
      return {
        id: tenant.id,
        name: tenant.name,
        namespace: tenant.namespace,
        version: tenant.version,
        rule: settings.ruleText,
        unreadable,
        courses,
        coursesUrl: `/admin/courses?tenant=${encodeURIComponent(tenant.id)}`,
        nameUrl: url('name'),
        namespaceUrl: url('namespace'),
        identityUrl: url('identity'),
      };
    }),
  );
}

const shownOutcome = (outcome: Outcome) =>
  'problem' in outcome ? { problem: outcome.problem } : { viewerId: outcome.viewerId, by: outcome.by };

const previewView = ({ rows, withoutSub, changed, unusable, colliding, kept }: DryRun) => ({
  rows: rows.map(({ present, wish }) => ({
    present: shownOutcome(present),
    wish: shownOutcome(wish),
    changed: JSON.stringify(present) !== JSON.stringify(wish),
  })),
  people: rows.length,
  withoutSub,
  changed,
  unusable,
  colliding,
  kept,
});

export function createTenantRoutes(deps: PlatformScreensDependencies, show: ShowPlatform): AdminRoute[] {
  const { store, clock, config } = deps;
  const base = `${PLATFORMS_PATH}/:platformId/tenants/:tenantId`;

  const requireBoth = async (request: Pick<RequestFacts, 'params'>) => {
    const platform = await requirePlatform(request, store);
    return { platform, tenant: await requireTenantOf(platform, request.params['tenantId'] ?? '', store) };
  };

  interface Asked {
    platform: PlatformRecord;
    tenant: TenantRecord;
    screen: AdminScreen;
    form: Parameters;
    /** Last part of the path. */
    part: 'name' | 'namespace' | 'identity';
  }

  /** What was typed beside what is there now. */
  const conflict = (
    { platform, tenant, screen, form, part }: Asked,
    changes: { label: string; before: string; after: string }[],
  ) =>
    screen.page(
      CONFLICT,
      {
        ...pageFrame,
        title: screen.messages.text('platforms.conflict.title'),
        name: tenant.name,
        backUrl: platformPath(platform.id),
        setting: screen.messages.text(`platforms.tenant.${part}`),
        url: platformPath(platform.id, 'tenants', tenant.id, part),
        recordVersion: tenant.version,
        typed: typedOf(form),
        changes,
      },
      409,
    );

  const saveText = async (asked: Asked & { part: 'name' | 'namespace' }, value: string) => {
    const { platform, tenant, screen, form, part } = asked;
    const { text } = screen.messages;
    const label = text(`platforms.tenant.${part}`);
    const version = versionOf(form);
    const backUrl = `${platformPath(platform.id)}#tenants`;
    if (value === tenant[part]) return screen.redirect(backUrl, { text: text('platforms.unchanged') });
    const change = { label, before: tenant[part], after: value };
    if (tenant.version !== version) return conflict(asked, [change]);
    if (part === 'namespace' && form.get('confirm') !== 'yes') {
      return screen.page(CONFIRM, {
        ...pageFrame,
        title: text('platforms.confirm.title', { setting: label }),
        name: tenant.name,
        backUrl,
        url: platformPath(platform.id, 'tenants', tenant.id, part),
        recordVersion: version,
        typed: typedOf(form),
        changes: [change],
        warnings: [text('platforms.warn.namespace'), text('platforms.warn.namespaceKept')],
        button: text('platforms.confirm.button', { setting: label }),
      });
    }
    const result = await store.tenants.update(tenant.id, version, { [part]: value }, screen.actor, clock.nowMs());
    if (result.outcome === 'done')
      return screen.redirect(backUrl, { text: text('platforms.saved', { setting: label }) });
    const { current } = result;
    if (!current) throw new AppError('HTTP_NOT_FOUND', { reason: 'the tenant was removed in the meantime' });
    return conflict({ ...asked, tenant: current }, [{ ...change, before: current[part] }]);
  };

  const identityPage = (
    { platform, tenant, screen }: Pick<Asked, 'platform' | 'tenant' | 'screen'>,
    {
      wish,
      problems = [],
      preview,
    }: { wish?: StoredIdentitySettings; problems?: readonly FieldProblem[]; preview?: DryRun } = {},
  ) => {
    const { settings, unreadable } = settingsOf(tenant);
    return screen.page(
      IDENTITY,
      {
        ...pageFrame,
        title: screen.messages.text('platforms.identity.title', { name: tenant.name }),
        backUrl: `${platformPath(platform.id)}#tenants`,
        platformName: platform.name,
        namespace: tenant.namespace,
        url: platformPath(platform.id, 'tenants', tenant.id, 'identity'),
        recordVersion: tenant.version,
        present: { rule: settings.ruleText, withoutSub: settings.withoutSub, sharedIds: settings.sharedIds },
        unreadable,
        rule: wish?.rule ?? settings.ruleText,
        withoutSub: wish?.withoutSub ?? settings.withoutSub,
        sharedIds: wish?.sharedIds ?? settings.sharedIds,
        guests: GUESTS,
        problems: problemViews(problems, screen),
        preview: preview && previewView(preview),
      },
      problems.length > 0 ? 422 : 200,
    );
  };

  return [
    {
      method: 'POST',
      path: `${base}/name`,
      template: `${base}/name`,
      role: 'owner',
      async handler(request, screen) {
        const { platform, tenant } = await requireBoth(request);
        const form = formOf(request);
        const read = platformFields(config).name.safeParse(form.get('tenantName') ?? '');
        if (!read.success) {
          const problems = [{ field: `tenantName-${tenant.id}`, problem: 'missing' as const }];
          return show(platform, screen, { id: `tenant-${tenant.id}`, form, problems });
        }
        return saveText({ platform, tenant, screen, form, part: 'name' }, read.data);
      },
    },
    {
      method: 'POST',
      path: `${base}/namespace`,
      template: `${base}/namespace`,
      role: 'owner',
      async handler(request, screen) {
        const { platform, tenant } = await requireBoth(request);
        const form = formOf(request);
        const namespace = (form.get('namespace') ?? '').trim();
        const refuse = (problem: 'namespace' | 'namespace-taken') => {
          const problems = [{ field: `namespace-${tenant.id}`, problem }];
          return show(platform, screen, { id: `tenant-${tenant.id}`, form, problems });
        };
        if (!isNamespace(namespace)) return refuse('namespace');
        const others = await store.tenants.list();
        if (others.some((other) => other.id !== tenant.id && other.namespace === namespace)) {
          return refuse('namespace-taken');
        }
        return saveText({ platform, tenant, screen, form, part: 'namespace' }, namespace);
      },
    },
    {
      method: 'GET',
      path: `${base}/identity`,
      template: `${base}/identity`,
      role: 'viewer',
      async handler(request, screen) {
        return identityPage({ ...(await requireBoth(request)), screen });
      },
    },
    {
      method: 'POST',
      path: `${base}/identity`,
      template: `${base}/identity`,
      role: 'owner',
      async handler(request, screen) {
        const { platform, tenant } = await requireBoth(request);
        const form = formOf(request);
        const { text } = screen.messages;
        const wish: StoredIdentitySettings = {
          rule: form.get('rule') ?? '',
          withoutSub: GUESTS.find((one) => one === form.get('withoutSub')) ?? 'refuse',
          sharedIds: form.get('sharedIds') === 'yes',
        };
        let settings: IdentitySettings;
        try {
          settings = checkIdentitySettings(wish);
        } catch (error) {
          if (!isAppError(error)) throw error;
          const problems = [{ field: 'rule', problem: 'rule' as const, detail: error.reason ?? '' }];
          return identityPage({ platform, tenant, screen }, { wish, problems });
        }
        const version = versionOf(form);
        const present = settingsOf(tenant).settings;
        const asked = { platform, tenant, screen, form, part: 'identity' as const };
        const change = { label: text('platforms.tenant.identity'), before: present.ruleText, after: settings.ruleText };
        if (tenant.version !== version) return conflict(asked, [change]);

        if (form.get('confirm') !== 'yes') {
          await store.audit.note({
            atMs: clock.nowMs(),
            actor: screen.actor,
            action: 'identity.preview',
            target: tenant.id,
            tenantId: tenant.id,
          });
          const preview = await previewIdentity({ platform, tenant, present, wish: settings }, deps);
          return identityPage({ platform, tenant, screen }, { wish, preview });
        }
        await changeIdentitySettings(tenant, wish, { store, clock }, screen.actor);
        return screen.redirect(`${platformPath(platform.id)}#tenants`, {
          text: text('platforms.saved', { setting: text('platforms.tenant.identity') }),
        });
      },
    },
  ];
}
