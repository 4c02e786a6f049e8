/** The rules of an LMS: changed as a draft, tried on recorded courses, saved, previewed on all of them. */
import { fileURLToPath } from 'node:url';
import { AppError, isAppError } from '../../errors/app-error.js';
import type { RequestFacts, ResponseData } from '../../http/types.js';
import type { Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import type { AssetFiles } from '../../ui/assets.js';
import { PATH_MAX_LENGTH } from '../category-path.js';
import { COURSES_PATH, courseUrl, showCategory } from '../table/course-list.js';
import { PATTERN_MAX_LENGTH, RULE_FIELDS } from '../course-rules.js';
import { changeDraft, EXAMPLE_RULE, readRulesForm, stampOf, type RulesDraft } from './rules-form.js';
import { ruleRows, tryRules, type Trial, type TriedCourse } from './rules-trial.js';
import { requireTenant, tenantsOf } from '../scope.js';
import {
  changeCourseSettings,
  COPIED_COURSE,
  MAX_RULES,
  parseCourseSettings,
  readCourseSettings,
  type CourseSettings,
  type CourseSettingsProblem,
} from '../settings.js';
import type { Staging } from '../changes/stage-changes.js';

const file = (name: string): string => fileURLToPath(new URL(`./${name}.eta`, import.meta.url));
const TEMPLATES = { page: file('rules'), editor: file('rules-editor'), trial: file('rules-trial') };

const RULES = `${COURSES_PATH}/rules`;
const DRAFT = `${RULES}/draft`;
const PREVIEW = `${RULES}/preview`;
/** Ids of the parts that htmx swaps. */
const EDITOR_ID = 'rules-editor';
/** 200 rules with pattern and path of 500 characters each, percent-encoded. */
const MAX_BODY_BYTES = 1024 * 1024;
/** More courses than this have no percentage while they are read. */
const COUNT_CAP = 250_000;

export const rulesAssetFiles: AssetFiles = { 'rules.css': new URL('./assets/rules.css', import.meta.url) };

export interface RulesScreenDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'courses' | 'platforms'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName'>;
  staging: Pick<Staging, 'stage'>;
  clock: Clock;
  random: Random;
}

/** What the form holds, and what there is to say about it. */
interface Shown {
  tenant: TenantRecord;
  draft: RulesDraft;
  search: string;
  again: boolean;
  /** Stamp of the settings that the form began with. */
  seen: string;
  /** Absent: nothing is wrong. */
  problem?: CourseSettingsProblem | undefined;
  /** What somebody else saved meanwhile. */
  theirs?: CourseSettings | undefined;
}

export function createRulesScreens(deps: RulesScreenDependencies): AdminRoute[] {
  const { store, staging, clock, random } = deps;
  const newId = () => newUuid({ clock, random });

  /** The form as it was posted. Throws `HTTP_NOT_FOUND` for an LMS that is not theirs. */
  async function readForm({ form }: RequestFacts, screen: AdminScreen): Promise<Shown> {
    const tenant = await requireTenant(screen.session, form?.get('tenantId') ?? '', store);
    return {
      tenant,
      draft: readRulesForm(form),
      search: form?.get('q') ?? '',
      again: form?.get('again') !== undefined,
      seen: form?.get('seen') ?? '',
    };
  }

  async function partData(shown: Shown, screen: AdminScreen): Promise<object> {
    const { tenant, draft, search, again, seen, theirs } = shown;
    const parsed = parseCourseSettings({ ...draft });
    const { problem } = shown;
    const trial = parsed.ok ? await tryOut(parsed.settings, shown) : undefined;
    const stored = readStored(tenant);
    return {
      parts: TEMPLATES,
      paths: { rules: RULES, draft: DRAFT, preview: PREVIEW, courses: COURSES_PATH },
      mayEdit: screen.session.role !== 'viewer',
      limits: { pattern: PATTERN_MAX_LENGTH, path: PATH_MAX_LENGTH, rules: MAX_RULES },
      fields: RULE_FIELDS,
      copies: COPIED_COURSE,
      example: EXAMPLE_RULE,
      tenantId: tenant.id,
      rules: draft.rules.map((rule, index) => ({
        ...rule,
        position: index + 1,
        problem: problem?.rule === index ? shownProblem(problem) : undefined,
        count: trial?.counts?.[index],
      })),
      copiedCourse: draft.copiedCourse,
      search,
      again,
      seen,
      problem: problem && shownProblem(problem),
      // Not a mistake yet: somebody is still writing.
      unfinished: parsed.ok ? undefined : shownProblem(parsed),
      changed: stored === undefined || !parsed.ok || stampOf(stored) !== stampOf(parsed.settings),
      theirs,
      rootCategory: trial?.rootCategory,
      trialProblem: trial?.problem,
      tried: trial?.courses?.map(showTried),
    };
  }

  async function tryOut(
    { rules }: CourseSettings,
    { tenant, search }: Shown,
  ): Promise<Partial<Trial> & { problem?: string; rootCategory?: string }> {
    try {
      const { rootCategory } = deps.kaltura.account(tenant.accountId);
      return { rootCategory, ...(await tryRules({ tenant, rules, search }, deps)) };
    } catch (error) {
      if (!isAppError(error) || error.code !== 'KALTURA_ACCOUNT_UNKNOWN') throw error;
      return { problem: error.code };
    }
  }

  async function page(shown: Shown, screen: AdminScreen, status = 200): Promise<ResponseData> {
    const tenants = await tenantsOf(screen.session, store);
    return screen.page(
      TEMPLATES.page,
      {
        title: screen.messages.text('courses.rules.title'),
        section: 'courses',
        styles: ['rules.css'],
        tenants: tenants.map(({ id, name }) => ({ id, name })),
        ...(await partData(shown, screen)),
      },
      status,
    );
  }

  /** The page, or for htmx the form alone. */
  const answer = async (
    shown: Shown,
    { request, screen, status = 200 }: { request: RequestFacts; screen: AdminScreen; status?: number },
  ): Promise<ResponseData> =>
    request.headers['hx-request'] === 'true'
      ? screen.fragment(TEMPLATES.editor, await partData(shown, screen), status)
      : page(shown, screen, status);

  const fresh = (tenant: TenantRecord): Shown => {
    const settings = readStored(tenant);
    return {
      tenant,
      draft: { rules: settings?.rules ?? [], copiedCourse: settings?.copiedCourse ?? 'inherit' },
      search: '',
      again: false,
      seen: stampOf(settings ?? { rules: [], copiedCourse: 'inherit' }),
    };
  };

  /**
   * Stores the form. Answers with the tenant as it is then, or with the page that says why not. Rules that somebody
   * else changed since the form was opened are a conflict; a new name or player of the LMS is none.
   */
  async function save(
    shown: Shown,
    context: { request: RequestFacts; screen: AdminScreen },
  ): Promise<{ tenant: TenantRecord } | { refused: ResponseData }> {
    const { tenant, draft, seen } = shown;
    const stored = readStored(tenant);
    const present = stored ?? { rules: [], copiedCourse: 'inherit' as const, players: {} };
    const parsed = parseCourseSettings({ ...draft, players: present.players });
    if (!parsed.ok) return { refused: await answer({ ...shown, problem: parsed }, { ...context, status: 422 }) };
    const { settings } = parsed;
    if (stored && stampOf(settings) === stampOf(present)) return { tenant };
    const conflict = async (now: TenantRecord) => {
      const theirs = readStored(now);
      const again = { ...shown, tenant: now, theirs, seen: stampOf(theirs ?? present) };
      return { refused: await answer(again, { ...context, status: 409 }) };
    };
    if (stampOf(present) !== seen) return conflict(tenant);
    try {
      return { tenant: await changeCourseSettings(tenant, settings, deps, context.screen.actor) };
    } catch (error) {
      if (!isAppError(error) || error.code !== 'STORE_CONFLICT') throw error;
      return conflict(await requireTenant(context.screen.session, tenant.id, store));
    }
  }

  const post = (path: string, handler: AdminRoute['handler']): AdminRoute => ({
    method: 'POST',
    path,
    template: path,
    role: 'editor',
    maxBodyBytes: MAX_BODY_BYTES,
    handler,
  });

  return [
    {
      method: 'GET',
      path: RULES,
      template: RULES,
      role: 'viewer',
      async handler({ query }, screen) {
        const wanted = query.get('tenant');
        const tenants = await tenantsOf(screen.session, store);
        const tenant = wanted === undefined ? tenants[0] : await requireTenant(screen.session, wanted, store);
        if (tenant) return page(fresh(tenant), screen);
        return screen.page(TEMPLATES.page, {
          title: screen.messages.text('courses.rules.title'),
          section: 'courses',
          styles: ['rules.css'],
          tenants: [],
        });
      },
    },
    post(DRAFT, async (request, screen) => {
      const shown = await readForm(request, screen);
      // What is typed must stay under the cursor: only what it leads to is answered.
      if (request.headers['hx-request'] === 'true' && request.headers['hx-target'] !== EDITOR_ID) {
        return screen.fragment(TEMPLATES.trial, { ...(await partData(shown, screen)), live: true });
      }
      const draft = changeDraft(shown.draft, request.form?.get('step'), newId);
      return answer({ ...shown, draft }, { request, screen });
    }),
    post(RULES, async (request, screen) => {
      const saved = await save(await readForm(request, screen), { request, screen });
      if ('refused' in saved) return saved.refused;
      const { text } = screen.messages;
      return screen.redirect(addressOf(saved.tenant), { text: text('courses.rules.saved') });
    }),
    post(PREVIEW, async (request, screen) => {
      const shown = await readForm(request, screen);
      const saved = await save(shown, { request, screen });
      if ('refused' in saved) return saved.refused;
      const { tenant } = saved;
      const { rules } = readCourseSettings(tenant.courseSettings);
      const { again } = shown;
      if (rules.length === 0) throw new AppError('INPUT_INVALID', { reason: 'there are no rules to preview' });
      const count = (state: 'unmapped' | 'rule') => store.courses.count({ tenantId: tenant.id, state }, COUNT_CAP);
      const total = (await count('unmapped')) + (again ? await count('rule') : 0);
      const staged = await staging.stage({
        tenant,
        kind: 'rules',
        summary: screen.messages.text('courses.rules.summary', { count: rules.length }),
        rows: ruleRows({ tenant, rules, again }, deps),
        ...(total < COUNT_CAP ? { total } : {}),
        by: screen.actor,
      });
      return screen.redirect(`${COURSES_PATH}/changes/${staged.id}`);
    }),
  ];
}

const addressOf = ({ id }: TenantRecord): string => `${RULES}?tenant=${encodeURIComponent(id)}`;

/** Undefined when what is stored cannot be read: the form then starts empty and may replace it. */
function readStored({ courseSettings }: TenantRecord): CourseSettings | undefined {
  try {
    return readCourseSettings(courseSettings);
  } catch (error) {
    if (isAppError(error) && error.code === 'COURSE_SETTINGS_INVALID') return undefined;
    throw error;
  }
}

const shownProblem = ({ problem, detail = '', rule }: CourseSettingsProblem) => ({
  problem,
  detail,
  position: rule === undefined ? undefined : rule + 1,
  part: problem.startsWith('path') ? 'path' : problem === 'field' ? 'field' : 'pattern',
});

const showTried = ({ course, answer, alsoFits, noCapture }: TriedCourse) => {
  const { title, courseKey, label, sourcedId, mapping } = course;
  return {
    title: title ?? courseKey,
    key: courseKey,
    label,
    sourcedId,
    url: courseUrl(course),
    mapping: mapping && { ...showCategory(mapping), origin: mapping.origin },
    answer: answer && { position: answer.position, state: stateOf(answer), ...namesOf(answer.categoryFullName) },
    alsoFits,
    noCapture,
  };
};

/** What becomes of the category that a rule names. */
function stateOf({ exists, create }: NonNullable<TriedCourse['answer']>): string {
  if (exists) return 'exists';
  if (create) return exists === undefined ? 'created-if-missing' : 'created';
  return exists === undefined ? 'if-exists' : 'missing';
}

function namesOf(fullName: string): { parents: string; name: string } {
  const cut = fullName.lastIndexOf('>') + 1;
  return { parents: fullName.slice(0, cut), name: fullName.slice(cut) };
}
