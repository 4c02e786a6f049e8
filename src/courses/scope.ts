/** Which tenants and courses an admin may see: all, or those of the one deployment that their session is limited to. */
import { AppError } from '../errors/app-error.js';
import type { TenantId } from '../runtime/ids.js';
import type { AdminSession, CourseRecord, Store, TenantRecord } from '../store/ports.js';

type Who = Pick<AdminSession, 'deployment'>;

/** The tenants whose courses this admin may see, by name. */
export async function tenantsOf(
  { deployment }: Who,
  store: Pick<Store, 'tenants' | 'deployments'>,
): Promise<TenantRecord[]> {
  if (!deployment) return (await store.tenants.list()).toSorted((a, b) => a.name.localeCompare(b.name));
  const known = await store.deployments.find(deployment.platformId, deployment.deploymentId);
  const tenant = known?.tenantId && (await store.tenants.find(known.tenantId));
  return tenant ? [tenant] : [];
}

/** The tenant of that id, if this admin may see it. Throws `HTTP_NOT_FOUND`, as for one that does not exist. */
export async function requireTenant(
  who: Who,
  tenantId: string,
  store: Pick<Store, 'tenants' | 'deployments'>,
): Promise<TenantRecord> {
  const tenant = (await tenantsOf(who, store)).find(({ id }) => id === tenantId);
  if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such LMS for this admin' });
  return tenant;
}

/** True when this admin may see and map the course, given that they may see its tenant. */
export const isInScope = ({ deployment }: Who, course: Pick<CourseRecord, 'seenIn'>): boolean =>
  !deployment ||
  course.seenIn.some(
    ({ platformId, deploymentId }) => platformId === deployment.platformId && deploymentId === deployment.deploymentId,
  );

/** The course, if this admin may see it. Throws `HTTP_NOT_FOUND`, as for one that does not exist. */
export async function requireCourse(
  who: Who,
  { tenantId, courseKey }: { tenantId: string; courseKey: string },
  store: Pick<Store, 'tenants' | 'deployments' | 'courses'>,
): Promise<{ tenant: TenantRecord; course: CourseRecord }> {
  const tenant = await requireTenant(who, tenantId, store);
  const course = await store.courses.find(tenantId as TenantId, courseKey);
  if (!course || !isInScope(who, course))
    throw new AppError('HTTP_NOT_FOUND', { reason: 'no such course for this admin' });
  return { tenant, course };
}
