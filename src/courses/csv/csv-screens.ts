/** Import and export of the mapping as a file. An import only stages: the preview is where it is applied. */
import { fileURLToPath } from 'node:url';
import { AppError, isAppError } from '../../errors/app-error.js';
import type { RequestFacts, ResponseData } from '../../http/types.js';
import type { Clock } from '../../runtime/clock.js';
import { isCategoryId } from '../../runtime/ids.js';
import type { AdminSession, CourseFilter, RowProblem, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { problemSentence } from '../changes/changes-problems.js';
import { CSV_COLUMNS, NO_CATEGORY } from './csv-columns.js';
import { exportCourses, exportProblems } from './csv-export.js';
import { MAX_FILE_BYTES, openCourseFile } from './csv-import.js';
import { requireTenant, tenantsOf } from '../scope.js';
import type { Staging } from '../changes/stage-changes.js';

const TEMPLATE = fileURLToPath(new URL('./csv-import.eta', import.meta.url));
const IMPORT = '/admin/courses/import';
const EXPORT = '/admin/courses/export';
const PROBLEMS = '/admin/courses/changes/:changeSetId/problems';
/** The form around the file. */
const FORM_BYTES = 16 * 1024;
/** Of a search, the store sorts this many hits; a file that silently lacked the rest would look whole. */
const MAX_SEARCH_HITS = 1_000;
const STATES = ['manual', 'automatic', 'inherited', 'matched', 'rule', 'unmapped', 'broken'] as const;

export interface CsvScreenDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'courses' | 'stagedChanges'>;
  staging: Pick<Staging, 'stage'>;
  clock: Clock;
}

export function createCsvScreens({ store, staging, clock }: CsvScreenDependencies): AdminRoute[] {
  const importPage = async (
    screen: AdminScreen,
    { tenantId, problem }: { tenantId?: string | undefined; problem?: string | undefined },
  ): Promise<ResponseData> => {
    const tenants = await tenantsOf(screen.session, store);
    return screen.page(
      TEMPLATE,
      {
        title: screen.messages.text('courses.import.title'),
        section: 'courses',
        styles: ['courses.css'],
        tenants,
        tenantId: tenants.find(({ id }) => id === tenantId)?.id ?? tenants[0]?.id,
        problem,
        columns: CSV_COLUMNS.slice(0, 6),
        noCategory: NO_CATEGORY,
        action: IMPORT,
        exportPath: EXPORT,
      },
      problem === undefined ? 200 : 422,
    );
  };

  return [
    {
      method: 'GET',
      path: IMPORT,
      template: IMPORT,
      role: 'editor',
      keepsToDeployment: true,
      handler: ({ query }, screen) => importPage(screen, { tenantId: query.get('tenant') }),
    },
    {
      method: 'POST',
      path: IMPORT,
      template: IMPORT,
      role: 'editor',
      keepsToDeployment: true,
      takesFiles: true,
      maxBodyBytes: MAX_FILE_BYTES + FORM_BYTES,
      async handler({ form, files }, screen) {
        const tenantId = form?.get('tenantId') ?? '';
        const tenant = await requireTenant(screen.session, tenantId, store);
        const file = files?.get('file');
        if (!file || file.bytes.length === 0) {
          return importPage(screen, { tenantId, problem: screen.messages.text('courses.import.noFile') });
        }
        try {
          const { rows, total } = await openCourseFile(file.bytes);
          const staged = await staging.stage({
            tenant,
            ...deploymentOf(screen.session),
            kind: 'import',
            summary: file.name.slice(0, 200),
            rows,
            total,
            by: screen.actor,
          });
          return screen.redirect(`/admin/courses/changes/${staged.id}`);
        } catch (error) {
          if (!isAppError(error) || error.code !== 'INPUT_INVALID' || error.reason === undefined) throw error;
          const problem = screen.messages.text('courses.import.unreadable', { reason: error.reason });
          return importPage(screen, { tenantId, problem });
        }
      },
    },
    {
      method: 'GET',
      path: EXPORT,
      template: EXPORT,
      role: 'viewer',
      keepsToDeployment: true,
      async handler({ query }, { session }) {
        const tenant = await requireTenant(session, query.get('tenant') ?? '', store);
        const filter = filterOf(query, tenant, session);
        if (filter.search !== undefined && (await store.courses.count(filter, MAX_SEARCH_HITS + 1)) > MAX_SEARCH_HITS) {
          throw new AppError('INPUT_INVALID', {
            reason: `the search finds more than ${MAX_SEARCH_HITS} courses; search more narrowly, or export all`,
          });
        }
        const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
        return csvAnswer(`courses-${tenant.namespace}-${day}.csv`, exportCourses(store.courses, filter));
      },
    },
    {
      method: 'GET',
      path: PROBLEMS,
      template: PROBLEMS,
      role: 'viewer',
      keepsToDeployment: true,
      async handler({ params }, { session, messages }) {
        const id = params['changeSetId'] ?? '';
        const staged = await store.stagedChanges.find(id, clock.nowMs());
        if (!staged || !sameDeployment(staged.deployment, session)) throw new AppError('HTTP_NOT_FOUND');
        await requireTenant(session, staged.tenantId, store);
        const say = (problem: RowProblem): string => problemSentence(problem, messages);
        return csvAnswer('problems.csv', exportProblems(store.stagedChanges, id, say));
      },
    },
  ];
}

const deploymentOf = ({ deployment }: AdminSession): Pick<AdminSession, 'deployment'> =>
  deployment === undefined ? {} : { deployment };

/** A limited session sees only what was staged under the same limit. */
const sameDeployment = (staged: AdminSession['deployment'], { deployment }: AdminSession): boolean =>
  deployment === undefined ||
  (staged?.platformId === deployment.platformId && staged.deploymentId === deployment.deploymentId);

function filterOf(query: RequestFacts['query'], tenant: TenantRecord, session: AdminSession): CourseFilter {
  const state = STATES.find((candidate) => candidate === query.get('state'));
  const category = query.get('category');
  const search = query.get('q')?.trim() ?? '';
  return {
    tenantId: tenant.id,
    ...(state === undefined ? {} : { state }),
    ...(isCategoryId(category) ? { categoryId: category } : {}),
    ...(search === '' ? {} : { search }),
    ...(session.deployment === undefined ? {} : { seenIn: session.deployment }),
  };
}

const csvAnswer = (fileName: string, body: AsyncIterable<string>): ResponseData => ({
  status: 200,
  headers: {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
  },
  body,
});
