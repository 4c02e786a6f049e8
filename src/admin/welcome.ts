/**
 * Whether the reason for a session still holds. Sessions that began in an LMS keep no more than the approval, so it is
 * read with each request: taking it back ends them in the store too, but one that begins at that moment would escape.
 */
import { personAdminId } from '../store/person-admin-id.js';
import type { AdminSession, Store } from '../store/ports.js';

export type WelcomeStore = Pick<Store, 'platforms' | 'deployments' | 'adminPersons'>;

export const LTI_ADMIN = /^lti:/;

export function createWelcome({
  platforms,
  deployments,
  adminPersons,
}: WelcomeStore): (session: Pick<AdminSession, 'adminId' | 'role' | 'deployment'>) => Promise<boolean> {
  return async ({ adminId, role, deployment }) => {
    if (!LTI_ADMIN.test(adminId) || !deployment) return true;
    const subject = adminId.slice(personAdminId({ ...deployment, subject: '' }).length);
    const [platform, its, person] = await Promise.all([
      platforms.findById(deployment.platformId),
      deployments.find(deployment.platformId, deployment.deploymentId),
      adminPersons.find({ ...deployment, subject }),
    ]);
    const isApproved = person?.status === 'approved' && person.role === role;
    return (
      isApproved && platform?.status === 'active' && platform.settings.adminSignIn === true && its?.status === 'active'
    );
  };
}
