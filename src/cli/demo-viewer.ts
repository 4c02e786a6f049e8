import { AppError } from '../errors/app-error.js';
import type { Store, TenantRecord } from '../store/ports.js';

/** docs/explanation/identity.md: what a `sub` must look like to stand in a userId as it is. */
const READABLE_SUB = /^[a-z0-9._@-]+$/;
const HASH = /^h[a-z2-7]{32}$/;

/**
 * What Kaltura should see of the person who launched last. A hash cannot be foretold without the installation's key, so
 * where `sub` is not readable (Sakai's is a URL) it is the one that the launch recorded, if that is a hash at all.
 *
 * @throws AppError `DEMO_CHECK_FAILED`
 */
export async function expectedViewerId(
  store: Pick<Store, 'launches'>,
  { namespace }: Pick<TenantRecord, 'namespace'>,
  sub: string,
): Promise<string> {
  if (READABLE_SUB.test(sub)) return `${namespace}_${sub}`;
  const [last] = await store.launches.list({ limit: 1 });
  const viewerId = last?.viewerId ?? '';
  if (!viewerId.startsWith(`${namespace}_`) || !HASH.test(viewerId.slice(namespace.length + 1))) {
    throw new AppError('DEMO_CHECK_FAILED', { reason: 'the launch left no viewer' });
  }
  return viewerId;
}
