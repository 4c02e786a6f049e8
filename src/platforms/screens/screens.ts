/** The screens of this room, for the admin's table of routes. */
import type { AssetFiles } from '../../ui/assets.js';
import type { AdminRoute } from '../../ui/admin-screen.js';
import { createConnectScreens } from './connect-screens.js';
import { createDeploymentRoutes } from './deployment-routes.js';
import { createFirstLaunchScreens } from './first-launch-screen.js';
import { createKeyChecks } from './key-checks.js';
import { createListScreens } from './list-screen.js';
import { createPlatformPage } from './platform-screen.js';
import { createRemoveScreens } from './remove-screen.js';
import type { PlatformScreensDependencies } from './screen-parts.js';
import { createTenantRoutes } from './tenant-routes.js';

export const platformAssetFiles: AssetFiles = {
  'platforms.css': new URL('./assets/platforms.css', import.meta.url),
};

/** In this order: `/new` must not be taken for a platform's id. */
export function createPlatformScreens(input: Omit<PlatformScreensDependencies, 'keyChecks'>): AdminRoute[] {
  const deps = { ...input, keyChecks: createKeyChecks(input) };
  const page = createPlatformPage(deps);
  return [
    ...createListScreens(deps),
    ...createConnectScreens(deps),
    ...createFirstLaunchScreens(deps),
    ...createRemoveScreens(deps),
    ...createDeploymentRoutes(deps, page.show),
    ...createTenantRoutes(deps, page.show),
    ...page.routes,
  ];
}
