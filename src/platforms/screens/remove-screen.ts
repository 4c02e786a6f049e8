/** Switching a platform off and on, and removing it. */
import { AppError } from '../../errors/app-error.js';
import type { PlatformRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import {
  formOf,
  pageFrame,
  problemViews,
  requirePlatform,
  template,
  versionOf,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { tenantsOfDeployments } from '../tenants-of.js';

const DELETE = template('delete');
const MAX_COUNTED = 10_000;

export function createRemoveScreens({ store, clock }: PlatformScreensDependencies): AdminRoute[] {
  const outdated = ({ messages }: AdminScreen): AppError =>
    new AppError('STORE_CONFLICT', { reason: messages.text('platforms.conflict.reason') });

  const confirmPage = async (platform: PlatformRecord, screen: AdminScreen, typed?: string) => {
    const [deployments, persons, frames] = await Promise.all([
      store.deployments.listByPlatform(platform.id),
      store.adminPersons.list(platform.id),
      store.blockedFrames.list(platform.id),
    ]);
    const tenants = await tenantsOfDeployments(deployments, store);
    const courses = await Promise.all(tenants.map(({ id }) => store.courses.count({ tenantId: id }, MAX_COUNTED)));
    return screen.page(
      DELETE,
      {
        ...pageFrame,
        title: screen.messages.text('platforms.delete.title', { name: platform.name }),
        name: platform.name,
        recordVersion: platform.version,
        url: platformPath(platform.id, 'delete'),
        backUrl: platformPath(platform.id),
        deployments: deployments.length,
        persons: persons.length,
        frames: frames.length,
        courses: courses.reduce((sum, count) => sum + count, 0),
        namespaces: tenants.map(({ namespace }) => namespace),
        typed: typed ?? '',
        problems: typed === undefined ? [] : problemViews([{ field: 'name', problem: 'confirm-name' }], screen),
      },
      typed === undefined ? 200 : 422,
    );
  };

  return [
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/:platformId/status`,
      template: `${PLATFORMS_PATH}/:platformId/status`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const form = formOf(request);
        const status = (['active', 'disabled'] as const).find((one) => one === form.get('status'));
        if (!status) throw new AppError('INPUT_INVALID', { reason: 'the form names no status' });
        const change = { status, updatedAtMs: clock.nowMs() };
        const result = await store.platforms.update(platform.id, versionOf(form), change, screen.actor);
        if (result.outcome === 'conflict') throw outdated(screen);
        return screen.redirect(platformPath(platform.id), {
          text: screen.messages.text(`platforms.status.${status}.done`, { name: platform.name }),
        });
      },
    },
    {
      method: 'GET',
      path: `${PLATFORMS_PATH}/:platformId/delete`,
      template: `${PLATFORMS_PATH}/:platformId/delete`,
      role: 'owner',
      handler: async (request, screen) => confirmPage(await requirePlatform(request, store), screen),
    },
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/:platformId/delete`,
      template: `${PLATFORMS_PATH}/:platformId/delete`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const form = formOf(request);
        const typed = form.get('name') ?? '';
        if (typed.trim() !== platform.name.trim()) return confirmPage(platform, screen, typed);
        const result = await store.platforms.remove(platform.id, versionOf(form), screen.actor, clock.nowMs());
        if (result.outcome === 'conflict') throw outdated(screen);
        return screen.redirect(PLATFORMS_PATH, {
          text: screen.messages.text('platforms.delete.done', { name: platform.name }),
        });
      },
    },
  ];
}
