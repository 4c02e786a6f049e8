/** The mapping table and the story of each course: what admins see of courses and categories, and change in place. */
import type { RequestFacts, ResponseData } from '../../http/types.js';
import type { CourseRecord, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { UNDO_PATH } from '../../ui/admin-screen.js';
import {
  chosenCategory,
  editCourse,
  editPlayer,
  type CategoryProblem,
  type CourseEditDependencies,
  type EditResult,
} from './course-edit.js';
import { COURSES_PATH, courseUrl, showCategory, showTime } from './course-list.js';
import { createCourseList, rowsOf, shared } from './course-list-screen.js';
import { tellStory, type CourseStoryDependencies } from './course-sheet.js';
import { COURSE_SCREEN_ASSETS, COURSE_TEMPLATES } from './course-templates.js';
import { requireCourse } from '../scope.js';

export interface CourseScreensDependencies extends CourseStoryDependencies, CourseEditDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'platforms' | 'courses' | 'mappings' | 'launches'>;
  kaltura: CourseStoryDependencies['kaltura'];
}

/** These come after all other routes below `/admin/courses`: a course's address has two free parts. */
export function createCourseScreens(deps: CourseScreensDependencies): AdminRoute[] {
  const { store } = deps;
  const path = `${COURSES_PATH}/:tenantId/:courseKey`;
  const find = ({ params: { tenantId = '', courseKey = '' } }: RequestFacts, { session }: AdminScreen) =>
    requireCourse(session, { tenantId, courseKey }, store);

  /** The story, in the side sheet or as a page of its own. */
  async function show(
    found: { tenant: TenantRecord; course: CourseRecord },
    request: RequestFacts,
    screen: AdminScreen,
    more: { problem?: CategoryProblem; chosen?: string } = {},
  ): Promise<ResponseData> {
    const story = await tellStory(found, screen.session, deps);
    const data = { ...shared(screen), ...more, story, undoPath: UNDO_PATH };
    return answer(COURSE_TEMPLATES.sheet, data, {
      request,
      screen,
      title: story.row.title,
      status: more.problem ? 422 : 200,
    });
  }

  async function edit(wish: 'map' | 'remove', request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const found = await find(request, screen);
    const result = await editCourse({ ...found, wish, form: request.form }, screen, deps);
    switch (result.outcome) {
      case 'problem':
        return show(found, request, screen, {
          problem: result.problem,
          chosen: request.form?.get('categoryId')?.slice(0, 100) ?? '',
        });
      case 'conflict':
        return showConflict(found, result, request, screen);
      case 'done':
        return showDone(found, result, request, screen);
    }
  }

  /** Before and after, and whose launches it is about. Nothing changes. */
  async function showEffect(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const found = await find(request, screen);
    const chosen = request.query.get('categoryId') ?? '';
    const target = await chosenCategory(chosen, found.tenant, screen, deps);
    const [row] = await rowsOf([found.course], screen, deps);
    const data = {
      ...shared(screen),
      row,
      expectedVersion: found.course.mapping ? String(found.course.mapping.version) : '',
      ...(typeof target === 'string'
        ? { problem: target, chosen: chosen.slice(0, 100) }
        : { after: showCategory(target), isSame: target.categoryId === found.course.mapping?.categoryId }),
    };
    if (isHtmx(request)) return screen.fragment(COURSE_TEMPLATES.effect, { ...data, asPart: true });
    const title = screen.messages.text('courses.effect.title');
    return answer(COURSE_TEMPLATES.effect, { ...data, asPart: false }, { request, screen, title, status: 200 });
  }

  async function showConflict(
    { tenant, course: { title, courseKey } }: { tenant: TenantRecord; course: CourseRecord },
    { course, wish }: Extract<EditResult, { outcome: 'conflict' }>,
    request: RequestFacts,
    screen: AdminScreen,
  ): Promise<ResponseData> {
    const [last] = await store.mappings.history({ tenantId: tenant.id, courseKey }, { limit: 1 });
    const name = title ?? courseKey;
    return answer(
      COURSE_TEMPLATES.conflict,
      {
        ...shared(screen),
        name,
        url: courseUrl({ tenantId: tenant.id, courseKey }),
        theirs: course.mapping ? showCategory(course.mapping) : undefined,
        mine: wish ? showCategory(wish) : undefined,
        expectedVersion: course.mapping ? String(course.mapping.version) : '',
        by: last && { kind: last.actor.kind, who: last.actor.id?.replace(/^link:/, ''), at: showTime(last.atMs) },
      },
      { request, screen, title: screen.messages.text('courses.conflict.title'), status: 409 },
    );
  }

  async function showDone(
    { tenant, course: { courseKey, title } }: { tenant: TenantRecord; course: CourseRecord },
    { changeSetId, target }: Extract<EditResult, { outcome: 'done' }>,
    request: RequestFacts,
    screen: AdminScreen,
  ): Promise<ResponseData> {
    const { text } = screen.messages;
    const name = title ?? courseKey;
    const notice = {
      text: target
        ? text('courses.edit.mapped', { course: name, category: target.categoryFullName })
        : text('courses.edit.removed', { course: name }),
      undo: changeSetId,
    };
    const url = courseUrl({ tenantId: tenant.id, courseKey });
    if (!isHtmx(request)) return screen.redirect(url, notice);
    const found = await find(request, screen);
    const [row] = await rowsOf([found.course], screen, deps);
    return screen.fragment(COURSE_TEMPLATES.changed, {
      ...shared(screen),
      row,
      notice,
      undoPath: UNDO_PATH,
      // The button in a row changes the row only; the sheet may be showing another course.
      story: request.form?.get('from') === 'row' ? undefined : await tellStory(found, screen.session, deps),
      inSheet: true,
    });
  }

  async function changePlayer(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const found = await find(request, screen);
    const player = await editPlayer({ ...found, form: request.form }, screen, deps);
    const { text } = screen.messages;
    const course = found.course.title ?? found.course.courseKey;
    const notice = {
      text:
        player === undefined
          ? text('courses.edit.playerRemoved', { course })
          : text('courses.edit.playerSet', { course, player: String(player) }),
    };
    return screen.redirect(courseUrl(found.course), notice);
  }

  const route = (
    method: AdminRoute['method'],
    part: string,
    role: AdminRoute['role'],
    handler: AdminRoute['handler'],
  ): AdminRoute => ({
    method,
    path: `${path}${part}`,
    template: `${path}${part}`,
    role,
    keepsToDeployment: true,
    handler,
  });
  return [
    ...createCourseList(deps),
    route('GET', '', 'viewer', async (request, screen) => show(await find(request, screen), request, screen)),
    route('GET', '/effect', 'editor', showEffect),
    route('POST', '/category', 'editor', (request, screen) => edit('map', request, screen)),
    route('POST', '/remove', 'editor', (request, screen) => edit('remove', request, screen)),
    route('POST', '/player', 'editor', changePlayer),
  ];
}

const isHtmx = ({ headers }: RequestFacts): boolean => headers['hx-request'] === 'true';

/** A part for the side sheet, wherever the form stood that asked; or the same part as a page. */
function answer(
  part: string,
  data: object,
  { request, screen, title, status }: { request: RequestFacts; screen: AdminScreen; title: string; status: number },
): ResponseData {
  if (isHtmx(request)) {
    const fragment = screen.fragment(part, { ...data, inSheet: true }, status);
    return {
      ...fragment,
      headers: { ...fragment.headers, 'HX-Retarget': '#course-sheet', 'HX-Reswap': 'innerHTML' },
    };
  }
  return screen.page(
    COURSE_TEMPLATES.page,
    { ...data, ...COURSE_SCREEN_ASSETS, part, title, section: 'courses', inSheet: false },
    status,
  );
}
