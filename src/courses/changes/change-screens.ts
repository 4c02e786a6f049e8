/**
 * Every change of several mappings has three beats: it is prepared and shown, a button that names its effect applies
 * it, and it can be taken back.
 */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.js';
import type { RequestFacts, ResponseData } from '../../http/types.js';
import { JOB_PROGRESS_TEMPLATE, type ViewJob } from '../../jobs/screens.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import type { AdminSession, JobRecord, StagedChangeSet, Store, TenantRecord } from '../../store/ports.js';
import { UNDO_PATH, type AdminRoute, type AdminScreen } from '../../ui/admin-screen.js';
import type { AssetFiles } from '../../ui/assets.js';
import { APPLY_JOB, changeSetPath, CHANGES_PATH, type ChangeApplier } from './apply-changes.js';
import { bulkRows, readBulkAction, readBulkChoice, type BulkDependencies, type BulkWish } from './bulk.js';
import { categoryScope, resolveCategoryInput } from '../categories/category-choice.js';
import { undoChangeSet } from './changes-undo.js';
import { applyWords, partsOf, phaseOf, rowView, SET_PARTS, setView, type SetPhase } from './changes-view.js';
import { COURSES_PATH, listUrl, readListPlace } from '../table/course-list.js';
import { requireTenant, tenantsOf } from '../scope.js';
import { changeCount, type Staging } from './stage-changes.js';

const template = (name: string): string => fileURLToPath(new URL(`./${name}.eta`, import.meta.url));
const LIST = template('changes-list');
const SET = template('changes-set');
const READING = template('changes-reading');
const ROWS = template('changes-rows');
const CATEGORY = template('changes-category');

export const changesAssetFiles: AssetFiles = { 'changes.css': new URL('./assets/changes.css', import.meta.url) };

const SHOWN = 100;
/** Hundreds of chosen courses with long keys. */
const BULK_BYTES = 512 * 1024;
/** Of a search, the store sorts this many hits: a bulk action that silently left out the rest would look whole. */
const MAX_SEARCH_HITS = 1_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ChangeScreenDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'courses' | 'mappings' | 'platforms' | 'stagedChanges' | 'jobs'>;
  kaltura: BulkDependencies['kaltura'] & Pick<Kaltura, 'categoriesById'>;
  staging: Pick<Staging, 'stage' | 'stageNow'>;
  applier: ChangeApplier;
  runner: Pick<JobRunner, 'enqueue'>;
  viewJob: ViewJob;
  clock: Clock;
}

export function createChangeScreens(deps: ChangeScreenDependencies): AdminRoute[] {
  const { store, kaltura, staging, applier, runner, viewJob, clock } = deps;

  /** The set with the job that applies it, if this admin may see it. Else `HTTP_NOT_FOUND`. */
  async function requireSet({ params }: RequestFacts, { session }: AdminScreen): Promise<FoundSet> {
    const set = await store.stagedChanges.find(params['changeSetId'] ?? '', clock.nowMs());
    if (!set || !isUnderSameLimit(set, session)) {
      throw new AppError('HTTP_NOT_FOUND', { reason: 'no such change for this admin' });
    }
    const tenant = await requireTenant(session, set.tenantId, store);
    const job = set.jobId === undefined ? undefined : await store.jobs.find(set.jobId);
    return { set, tenant, job, phase: phaseOf(set, job, clock.nowMs()) };
  }

  async function showSet(found: FoundSet, { query }: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const { set, tenant, job, phase } = found;
    const { messages, session } = screen;
    const parts = phase === 'reading' ? [] : partsOf(set, query.get('show'));
    const current = parts.find(({ isCurrent }) => isCurrent);
    const after = rowNumber(query.get('after'));
    const rows = current
      ? await store.stagedChanges.rows(set.id, {
          limit: SHOWN + 1,
          effects: SET_PARTS[current.part],
          ...(after === undefined ? {} : { after }),
        })
      : [];
    const shown = rows.slice(0, SHOWN);
    const mayApply = session.role !== 'viewer' && (phase === 'ready' || phase === 'stopped');
    return screen.page(SET, {
      title: set.summary,
      section: 'courses',
      styles: ['courses.css', 'jobs.css', 'changes.css'],
      set: setView(set, phase, messages),
      tenantName: tenant.name,
      listHref: `${CHANGES_PATH}?tenant=${tenant.id}`,
      reading: readingView(set),
      job: phase === 'applying' && job ? viewJob(job, screen, changeSetPath(set.id)) : undefined,
      applyText: mayApply && changeCount(set) > 0 ? applyWords(set, messages) : undefined,
      applyUrl: `${changeSetPath(set.id)}/apply`,
      discardUrl: mayDiscard(phase) && session.role !== 'viewer' ? `${changeSetPath(set.id)}/discard` : undefined,
      problemsUrl: set.counts.error > 0 ? `${changeSetPath(set.id)}/problems` : undefined,
      undoPath: session.role !== 'viewer' && mayUndo(set, phase) ? UNDO_PATH : undefined,
      parts,
      current,
      rows: shown.map((row) => rowView(row, messages)),
      nextHref: current && rows.length > shown.length ? `${current.href}&after=${shown.at(-1)?.row ?? 0}` : undefined,
      firstHref: after === undefined ? undefined : current?.href,
      templates: { progress: JOB_PROGRESS_TEMPLATE, reading: READING, rows: ROWS, category: CATEGORY },
    });
  }

  return [
    {
      method: 'GET',
      path: CHANGES_PATH,
      template: CHANGES_PATH,
      role: 'viewer',
      keepsToDeployment: true,
      async handler({ query }, screen) {
        const tenants = await tenantsOf(screen.session, store);
        const wished = query.get('tenant');
        const tenant = wished === undefined ? tenants[0] : await requireTenant(screen.session, wished, store);
        const nowMs = clock.nowMs();
        const sets = tenant ? await store.stagedChanges.list(tenant.id, nowMs) : [];
        const visible = sets.filter((set) => isUnderSameLimit(set, screen.session));
        return screen.page(LIST, {
          title: screen.messages.text('courses.changes.title'),
          section: 'courses',
          styles: ['courses.css', 'changes.css'],
          tenants,
          tenantId: tenant?.id,
          path: CHANGES_PATH,
          coursesHref: tenant ? `${COURSES_PATH}?tenant=${tenant.id}` : COURSES_PATH,
          undoPath: screen.session.role === 'viewer' ? undefined : UNDO_PATH,
          // Whether a job goes on is said by the set's own page: a list of a hundred asks for none of them.
          sets: visible.map((set) => ({
            ...setView(set, phaseOf(set, { status: 'running' }, nowMs), screen.messages),
            mayUndo: mayUndo(set, set.status),
          })),
        });
      },
    },
    {
      method: 'GET',
      path: `${CHANGES_PATH}/:changeSetId`,
      template: `${CHANGES_PATH}/:changeSetId`,
      role: 'viewer',
      keepsToDeployment: true,
      async handler(request, screen) {
        const found = await requireSet(request, screen);
        if (request.headers['hx-request'] !== 'true') return showSet(found, request, screen);
        // The part that shows progress asks again and again; once there is more to see, the page is loaded.
        const { set, job, phase } = found;
        if (phase === 'reading') return screen.fragment(READING, { reading: readingView(set) });
        if (phase !== 'applying' || !job) return screen.redirect(changeSetPath(set.id));
        return screen.fragment(JOB_PROGRESS_TEMPLATE, { job: viewJob(job, screen, changeSetPath(set.id)) });
      },
    },
    {
      method: 'POST',
      path: `${CHANGES_PATH}/:changeSetId/apply`,
      template: `${CHANGES_PATH}/:changeSetId/apply`,
      role: 'editor',
      keepsToDeployment: true,
      async handler(request, screen) {
        const { set, tenant, phase } = await requireSet(request, screen);
        if (phase === 'ready' || phase === 'stopped') {
          const total = changeCount(set);
          if (total === 0) throw new AppError('INPUT_INVALID', { reason: 'the set changes no course' });
          if (phase === 'ready' && applier.fitsAtOnce(set)) {
            await applier.applyAtOnce(set, screen.actor);
          } else {
            const wanted = { kind: APPLY_JOB, tenantId: tenant.id, input: { stagedId: set.id }, total };
            const job = await runner.enqueue(wanted, screen.actor);
            await applier.claim(set.id, job.id);
          }
        } else if (phase !== 'applying' && phase !== 'applied') {
          throw new AppError('INPUT_INVALID', { reason: 'the changes are not ready to be applied' });
        }
        // Also after a second click: the page says what became of the set.
        return screen.redirect(changeSetPath(set.id));
      },
    },
    {
      method: 'POST',
      path: `${CHANGES_PATH}/:changeSetId/discard`,
      template: `${CHANGES_PATH}/:changeSetId/discard`,
      role: 'editor',
      keepsToDeployment: true,
      async handler(request, screen) {
        const { set, phase } = await requireSet(request, screen);
        if (!mayDiscard(phase)) {
          throw new AppError('INPUT_INVALID', { reason: 'changes that were applied are undone, not discarded' });
        }
        while (!(await store.stagedChanges.remove(set.id))) await new Promise((resolve) => setImmediate(resolve));
        return screen.redirect(`${COURSES_PATH}?tenant=${set.tenantId}`, {
          text: screen.messages.text('courses.changes.discarded'),
        });
      },
    },
    {
      method: 'POST',
      path: UNDO_PATH,
      template: UNDO_PATH,
      role: 'editor',
      keepsToDeployment: true,
      async handler({ form }, screen) {
        const changeSetId = form?.get('changeSet') ?? '';
        if (!UUID.test(changeSetId))
          throw new AppError('INPUT_INVALID', { reason: 'changeSet is not the id of a change' });
        const { text } = screen.messages;
        const set = await undoChangeSet(
          {
            changeSetId,
            who: screen.session,
            summaryOf: (summary) => text('courses.undo.summary', { summary }),
            by: screen.actor,
          },
          { store, staging, applier },
        );
        const { applied = 0, conflicts } = set.report ?? {};
        if (set.status !== 'applied' || conflicts || set.counts.error > 0)
          return screen.redirect(changeSetPath(set.id));
        return screen.redirect(`${COURSES_PATH}?tenant=${set.tenantId}`, {
          text: text('courses.undo.done', { count: applied }),
          undo: set.id,
        });
      },
    },
    {
      method: 'POST',
      path: `${COURSES_PATH}/bulk`,
      template: `${COURSES_PATH}/bulk`,
      role: 'editor',
      keepsToDeployment: true,
      maxBodyBytes: BULK_BYTES,
      async handler({ form }, screen) {
        if (!form) throw new AppError('INPUT_INVALID', { reason: 'the form is missing' });
        const { session, messages } = screen;
        const tenant = await requireTenant(session, form.get('tenantId') ?? '', store);
        const choice = readBulkChoice(form, tenant, session);
        if ('courseKeys' in choice && choice.courseKeys.length === 0) {
          const place = { ...readListPlace(form), tenantId: tenant.id };
          return screen.redirect(listUrl(place), { text: messages.text('courses.bulk.nothing') });
        }
        const action = readBulkAction(form);
        const { wish, summary } =
          action === 'map'
            ? await mapWish(form.get('categoryId') ?? '')
            : { wish: action, summary: messages.text(`courses.bulk.did.${action}`) };
        const set = await staging.stage({
          tenant,
          deployment: session.deployment,
          kind: action === 'apply-rules' ? 'rules' : 'bulk',
          summary,
          rows: bulkRows({ tenant, who: session, choice, action: wish }, { store, kaltura }),
          total: await totalOf(choice),
          by: screen.actor,
        });
        return screen.redirect(changeSetPath(set.id));

        async function mapWish(input: string): Promise<{ wish: BulkWish['action']; summary: string }> {
          const scope = await categoryScope(session, tenant, { store, kaltura });
          const category = await resolveCategoryInput(kaltura, scope.account, input, scope);
          return {
            wish: { map: category.id },
            summary: messages.text('courses.bulk.did.map', { category: category.fullName }),
          };
        }
      },
    },
  ];

  /** How many courses are chosen. Throws `INPUT_INVALID` for a search that finds more than the store sorts. */
  async function totalOf(choice: BulkWish['choice']): Promise<number> {
    if ('courseKeys' in choice) return choice.courseKeys.length;
    const { search } = choice.filter;
    const count = await store.courses.count(choice.filter, search === undefined ? 1_000_000 : MAX_SEARCH_HITS + 1);
    if (search !== undefined && count > MAX_SEARCH_HITS) {
      throw new AppError('INPUT_INVALID', {
        reason: `the search finds more than ${MAX_SEARCH_HITS} courses; search more narrowly`,
      });
    }
    return count;
  }
}

interface FoundSet {
  set: StagedChangeSet;
  tenant: TenantRecord;
  job: JobRecord | undefined;
  phase: SetPhase;
}

/** A limited session sees only what was prepared under the same limit: another set may hold courses that are not theirs. */
const isUnderSameLimit = ({ deployment: staged }: StagedChangeSet, { deployment }: AdminSession): boolean =>
  !deployment || (staged?.platformId === deployment.platformId && staged.deploymentId === deployment.deploymentId);

const mayDiscard = (phase: SetPhase): boolean => phase !== 'applying' && phase !== 'stopped' && phase !== 'applied';

const mayUndo = ({ report }: StagedChangeSet, phase: SetPhase): boolean =>
  phase === 'stopped' || (phase === 'applied' && (report?.applied ?? 0) > 0);

/** While a set is read: how far, and what was found until then. */
const readingView = ({ id, done, total, counts }: StagedChangeSet) => ({
  href: changeSetPath(id),
  value: done,
  ...(total === undefined ? {} : { max: Math.max(total, done, 1) }),
  rows: Object.values(counts).reduce((sum, count) => sum + count, 0),
  problems: counts.error,
});

/** `after` of the query: the row to go on after. Throws `INPUT_INVALID` for anything else. */
function rowNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new AppError('INPUT_INVALID', { reason: 'after is not the number of a row' });
  return Number(text);
}
