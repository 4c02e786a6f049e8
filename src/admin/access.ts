import { AppError } from '../errors/app-error.js';
import type { AdminRole, AdminSession } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';

const RANK: Readonly<Record<AdminRole, number>> = { viewer: 0, editor: 1, owner: 2 };

/** True when this admin may use the route. */
export const mayUse = (
  { role, deployment }: Pick<AdminSession, 'role' | 'deployment'>,
  route: Pick<AdminRoute, 'role' | 'keepsToDeployment'>,
): boolean => RANK[role] >= RANK[route.role] && (deployment === undefined || route.keepsToDeployment === true);

/** Throws ACCESS_DENIED unless `mayUse`. */
export function requireAccess(session: AdminSession, route: AdminRoute): void {
  if (mayUse(session, route)) return;
  throw new AppError('ACCESS_DENIED', {
    reason: `the route needs the role ${route.role}, the session is ${session.role}`,
  });
}
