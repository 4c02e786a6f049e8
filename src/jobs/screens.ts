/** One job: how far it is, what it did, and stopping it. Leaving the page does not stop it. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { AdminSession, JobRecord, Store } from '../store/ports.js';
import { ADMIN_SECTIONS, type AdminRoute, type AdminScreen, type AdminSection } from '../ui/admin-screen.js';
import type { AssetFiles } from '../ui/assets.js';
import type { JobHandlers } from './job.js';
import { jobPath, jobView, type JobView } from './view.js';

const PAGE = fileURLToPath(new URL('./job.eta', import.meta.url));

/**
 * The part that shows a job (`it.job`, a `JobView`): screens of other rooms include it. It asks `pollUrl` again every
 * second, and htmx puts the answer in its place.
 */
export const JOB_PROGRESS_TEMPLATE = fileURLToPath(new URL('./job-progress.eta', import.meta.url));

export const jobsAssetFiles: AssetFiles = { 'jobs.css': new URL('./assets/jobs.css', import.meta.url) };

export interface JobScreenDependencies {
  store: Pick<Store, 'jobs' | 'deployments'>;
  handlers: JobHandlers;
  clock: Clock;
}

/** The view of a job for this admin; `embeddedIn` see `JobViewOptions`. */
export type ViewJob = (job: JobRecord, screen: AdminScreen, embeddedIn?: string) => JobView;

export const createJobViewer =
  ({ handlers, clock }: Pick<JobScreenDependencies, 'handlers' | 'clock'>): ViewJob =>
  (job, { messages, session }, embeddedIn) =>
    jobView(job, {
      nowMs: clock.nowMs(),
      messages,
      words: handlers[job.kind]?.words,
      mayCancel: session.role !== 'viewer',
      embeddedIn,
    });

export function createJobScreens(deps: JobScreenDependencies): AdminRoute[] {
  const { store, handlers, clock } = deps;
  const viewJob = createJobViewer(deps);

  return [
    {
      method: 'GET',
      path: '/admin/jobs/:jobId',
      template: '/admin/jobs/:jobId',
      role: 'viewer',
      keepsToDeployment: true,
      async handler({ params, headers }, screen) {
        const record = await requireJob(params['jobId'], screen.session, store);
        const job = viewJob(record, screen);
        if (headers['hx-request'] === 'true') return screen.fragment(JOB_PROGRESS_TEMPLATE, { job });
        return screen.page(PAGE, {
          title: job.title,
          section: sectionOf(record),
          styles: ['jobs.css'],
          job,
          progress: JOB_PROGRESS_TEMPLATE,
        });
      },
    },
    {
      method: 'POST',
      path: '/admin/jobs/:jobId/cancel',
      template: '/admin/jobs/:jobId/cancel',
      role: 'editor',
      keepsToDeployment: true,
      async handler({ params, form }, screen) {
        const job = await requireJob(params['jobId'], screen.session, store);
        const asked = await store.jobs.requestCancel(job.id, screen.actor, clock.nowMs());
        const more = form?.get('embedded') === '1' ? handlers[job.kind]?.words.more?.(job) : undefined;
        const text = screen.messages.text(asked ? 'jobs.notice.stopping' : 'jobs.notice.ended');
        return screen.redirect(more?.href ?? jobPath(job.id), { text });
      },
    },
  ];
}

/** The job, if this admin may see it: a session that is limited to a deployment sees what it started itself. */
async function requireJob(
  id: string | undefined,
  { deployment, adminId }: AdminSession,
  store: JobScreenDependencies['store'],
): Promise<JobRecord> {
  const job = id === undefined ? undefined : await store.jobs.find(id);
  if (job && (!deployment || (job.actor.id === adminId && (await isOfTenant(job, deployment, store))))) return job;
  throw new AppError('HTTP_NOT_FOUND', { reason: 'no such job for this admin' });
}

async function isOfTenant(
  { tenantId }: JobRecord,
  { platformId, deploymentId }: NonNullable<AdminSession['deployment']>,
  { deployments }: JobScreenDependencies['store'],
): Promise<boolean> {
  return tenantId !== undefined && (await deployments.find(platformId, deploymentId))?.tenantId === tenantId;
}

/** `courses.apply-changes` is work of the section of courses. */
const sectionOf = ({ kind }: JobRecord): AdminSection =>
  ADMIN_SECTIONS.find((section) => kind.startsWith(`${section}.`)) ?? 'settings';
