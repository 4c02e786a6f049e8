/** Gives a copied course a category of its own with the videos of the course that it was copied from, and takes it back. */
import { AppError } from '../../errors/app-error.js';
import type { Parameters, RequestFacts, ResponseData } from '../../http/types.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { CategoryRef, Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { ChangeFeed } from '../../store/change-feed.js';
import type { AdminSession, CourseRecord, JobRecord, MappingRecord, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { categoryScope } from './category-choice.js';
import { assignedBy, CLONE_ENTRIES, UNCLONE_ENTRIES, type CloneInput, type UncloneInput } from './clone-entries.js';
import { COURSES_PATH } from '../table/course-list.js';
import {
  candidateNames,
  CHANNELS,
  createCategoryProvisioner,
  referenceIdOf,
  type CourseInAccount,
} from '../provision-category.js';
import { isInScope, requireCourse } from '../scope.js';

/** A course copied each term has many. */
const MAX_ANCESTORS = 20;

export interface CloneDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'platforms' | 'courses' | 'mappings' | 'jobs'>;
  kaltura: Pick<Kaltura, 'account' | 'ensureCategory'>;
  jobs: Pick<JobRunner, 'enqueue'>;
  /** So that the next launch in this process already reports the new category. */
  changes: Pick<ChangeFeed, 'poll'>;
  clock: Clock;
  random: Random;
}

export function createCloneScreens(deps: CloneDependencies): AdminRoute[] {
  const { store, kaltura, jobs, changes, clock, random } = deps;
  const provisioner = createCategoryProvisioner({ mappings: store.mappings, kaltura, clock });

  async function clone(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const { tenantId = '', courseKey = '' } = request.params;
    const { tenant, course } = await requireCourse(screen.session, { tenantId, courseKey }, store);
    if (course.mapping?.version !== readVersion(request.form)) throw conflict();
    const source = await sourceOf(course, request.form?.get('from'), screen.session);
    const from = source.mapping.categoryId;

    const own = course.mapping?.categoryId === from ? undefined : course.mapping;
    if (own) await requireWithin(own, tenant, screen);
    const changed = own ? undefined : await mapToOwn(await newCategory(tenant, course, from, screen), course, screen);
    const to = own?.categoryId ?? changed?.categoryId;
    if (to === undefined) throw conflict();

    const input: CloneInput = { tenantId: tenant.id, courseKey, fromCategoryId: from, toCategoryId: to };
    const job = await jobs.enqueue({ kind: CLONE_ENTRIES, tenantId: tenant.id, input }, screen.actor);
    return screen.redirect(`/admin/jobs/${job.id}`, {
      text: screen.messages.text('courses.clone.started', { course: nameOf(source) }),
      ...(changed === undefined ? {} : { undo: changed.changeSetId }),
    });
  }

  /** Entries are added only to a category that this admin may choose: the present one may be somebody else's. */
  async function requireWithin(
    { categoryId, categoryFullName }: MappingRecord,
    tenant: TenantRecord,
    { session }: AdminScreen,
  ): Promise<void> {
    const { within, isForeign } = await categoryScope(session, tenant, deps);
    const isInside = within === undefined || categoryFullName.startsWith(`${within}>`);
    if (isInside && !(await isForeign?.(categoryId))) return;
    throw new AppError('CATEGORY_UNKNOWN', { reason: 'You can’t add videos to the category of this course.' });
  }

  /** The nearest course that it was copied from and that has a category; `wanted` narrows it to the one of that key. */
  async function sourceOf(
    course: CourseRecord,
    wanted: string | undefined,
    session: AdminSession,
  ): Promise<CourseRecord & { mapping: MappingRecord }> {
    const ancestors = await store.courses.findMany(course.tenantId, course.previousKeys.slice(0, MAX_ANCESTORS));
    for (const ancestor of ancestors) {
      const { courseKey, mapping, problem } = ancestor;
      if (wanted !== undefined && courseKey !== wanted) continue;
      if (mapping && problem !== 'deleted' && isInScope(session, ancestor)) return { ...ancestor, mapping };
    }
    throw new AppError('INPUT_INVALID', {
      reason: 'None of the courses that this one was copied from has a category.',
    });
  }

  /** Below `site>channels`, as a launch would make it; never the category that is copied from. */
  async function newCategory(
    tenant: TenantRecord,
    record: CourseRecord,
    notThis: string,
    { session }: AdminScreen,
  ): Promise<CategoryRef> {
    const { account, within } = await categoryScope(session, tenant, deps);
    const [seen] = record.seenIn;
    const platform = seen && (await store.platforms.findById(seen.platformId));
    const rootCategory = within ?? platform?.settings.rootCategory ?? account.rootCategory;
    const course = { ...record, key: record.courseKey };
    const request: CourseInAccount = { tenant, course, account, rootCategory };
    for (const name of candidateNames(tenant, course)) {
      const category = await kaltura.ensureCategory(account, {
        parentFullName: rootCategory,
        names: [...CHANNELS, name],
        referenceId: referenceIdOf(tenant, course),
      });
      if (category.id !== notThis && (await provisioner.isFree(request, category))) return category;
    }
    throw new AppError('MAPPING_CONFLICT', {
      reason: 'Every name for the course’s category belongs to another course.',
    });
  }

  async function mapToOwn(
    category: CategoryRef,
    course: CourseRecord,
    screen: AdminScreen,
  ): Promise<{ categoryId: CategoryRef['id']; changeSetId: string }> {
    const changeSetId = newUuid({ clock, random });
    const { tenantId, courseKey, mapping } = course;
    const result = await store.mappings.apply(
      {
        changeSetId,
        summary: screen.messages.text('courses.clone.summary', { course: nameOf(course) }),
        changes: [
          {
            tenantId,
            courseKey,
            ...(mapping === undefined ? {} : { expectedVersion: mapping.version }),
            to: { categoryId: category.id, categoryFullName: category.fullName, origin: 'manual' },
          },
        ],
        atMs: clock.nowMs(),
      },
      screen.actor,
    );
    if (result.outcome === 'conflict') throw conflict();
    await changes.poll();
    return { categoryId: category.id, changeSetId };
  }

  async function undo(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const clone = await requireClone(request.params['jobId'] ?? '', screen.session);
    if (clone.status === 'waiting' || clone.status === 'running') {
      throw new AppError('INPUT_INVALID', { reason: 'The job is still at work. Cancel it first.' });
    }
    const entries = assignedBy(clone);
    if (!entries) throw new AppError('INPUT_INVALID', { reason: 'The job added nothing that could be taken out.' });
    const { tenantId, courseKey } = clone.input as CloneInput;
    const input: UncloneInput = { tenantId, courseKey, cloneJobId: clone.id };
    const job = await jobs.enqueue({ kind: UNCLONE_ENTRIES, tenantId, input, total: entries.length }, screen.actor);
    return screen.redirect(`/admin/jobs/${job.id}`);
  }

  /**
   * A job of another kind, or of a course that this admin may not see, is as unknown as one that never was; for a session
   * that is limited to a deployment, also one that somebody else started, as on the page of the job.
   */
  async function requireClone(jobId: string, session: AdminSession): Promise<JobRecord> {
    const job = await store.jobs.find(jobId);
    const isTheirs = session.deployment === undefined || job?.actor.id === session.adminId;
    if (job?.kind !== CLONE_ENTRIES || !isTheirs) {
      throw new AppError('HTTP_NOT_FOUND', { reason: 'no such job for this admin' });
    }
    const { tenantId, courseKey } = job.input as CloneInput;
    await requireCourse(session, { tenantId, courseKey }, store);
    return job;
  }

  const clonePath = `${COURSES_PATH}/:tenantId/:courseKey/clone`;
  const undoPath = '/admin/jobs/:jobId/undo-clone';
  const common = { role: 'editor', keepsToDeployment: true } as const;
  return [
    { method: 'POST', path: clonePath, template: clonePath, ...common, handler: clone },
    { method: 'POST', path: undoPath, template: undoPath, ...common, handler: undo },
  ];
}

/** Of the mapping that the form was made for; an empty field: there was none. */
function readVersion(form: Parameters | undefined): number | undefined {
  const text = form?.get('expectedVersion');
  if (text === '') return undefined;
  if (text === undefined || !/^[1-9]\d{0,8}$/.test(text)) {
    throw new AppError('INPUT_INVALID', { reason: 'the form does not say which version it shows' });
  }
  return Number(text);
}

const conflict = (): AppError =>
  new AppError('MAPPING_CONFLICT', { reason: 'Somebody changed this course meanwhile. Look at it again.' });

const nameOf = ({ title, label, courseKey }: CourseRecord): string => title ?? label ?? courseKey;
