import { cursorAfter, openCursor } from '../cursor.js';
import { assertChunk, assertLimit, MAX_SORTED_HITS } from '../limits.js';
import type { CourseFilter, CourseQuery, CourseRecord, CourseStore } from '../ports.js';
import { searchTokens } from '../search-tokens.js';
import { assertStorable } from '../storable.js';
import { courseOf } from './course-documents.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { idOf, toOptional, toRecord } from './documents.js';
import { absent, atLeast, beginsWith, greaterThan, oneOf, present, type Filter } from './fields.js';
import { readCourses } from './mapping-changes.js';
import { noteSeenCourses } from './seen-courses.js';

const PROBLEMS = ['deleted', 'renamed', 'moved'] as const satisfies CourseRecord['problem'][];

function stateFilter(state: CourseFilter['state']): Filter {
  if (state === undefined) return {};
  if (state === 'broken') return { problem: oneOf(PROBLEMS) };
  return state === 'unmapped' ? { 'mapping.origin': absent } : { 'mapping.origin': state };
}

function filterOf({ tenantId, state, categoryId, seenIn, search }: CourseFilter): Filter {
  const words = searchTokens(search).map((token): Filter => ({ tokens: beginsWith(token) }));
  return {
    ...(tenantId === undefined ? {} : { tenantId }),
    ...stateFilter(state),
    ...(categoryId === undefined ? {} : { 'mapping.categoryId': categoryId }),
    ...(seenIn === undefined ? {} : { seenIn: idOf('deployments', seenIn) }),
    ...(words.length === 0 ? {} : { $and: words }),
  };
}

/** What comes behind a place in an order. The first field stands alone too, so that an index is entered at the place. */
function behind({ order, after }: CourseQuery): Filter {
  if (after === undefined) return {};
  const place = openCursor(order, after);
  const { courseKey, tenantId } = place;
  const [field, value] =
    place.order === 'title' ? ['titleOrder', place.titleOrder] : ['recency', 0 - place.lastLaunchAtMs];
  return {
    [field]: atLeast(value),
    $or: [
      { [field]: greaterThan(value) },
      { courseKey: greaterThan(courseKey) },
      { courseKey, tenantId: greaterThan(tenantId) },
    ],
  };
}

/** The fields of an order; within one tenant the last one says nothing, and no index of a tenant's courses ends with it. */
function sortFor({ order, tenantId }: CourseQuery): Readonly<Record<string, 1>> {
  const first = order === 'title' ? 'titleOrder' : 'recency';
  return { [first]: 1, courseKey: 1, ...(tenantId === undefined ? { tenantId: 1 } : {}) };
}

/** One page, one course more than asked for when there is a next one. */
async function findPage({ find }: Commands, query: CourseQuery): Promise<CourseRecord[]> {
  const { search, limit } = query;
  let fits = filterOf(query);
  if (searchTokens(search).length > 0) {
    const hits = await find('courses', fits, { limit: MAX_SORTED_HITS, only: ['_id'] });
    fits = { _id: oneOf(hits.map(({ _id }) => String(_id))) };
  }
  const found = await find('courses', { ...fits, ...behind(query) }, { sort: sortFor(query), limit: limit + 1 });
  return found.map((document) => courseOf(toRecord('courses', document)));
}

export const createCourseStore = (database: Database): CourseStore => ({
  find: (tenantId, courseKey) =>
    database.run(async ({ findOne }) => {
      const found = toOptional('courses', await findOne('courses', { _id: idOf('courses', { tenantId, courseKey }) }));
      return found === undefined ? undefined : courseOf(found);
    }),

  async noteSeen(courses) {
    assertChunk(courses);
    for (const { previousKeys, categoryNames, seenIn } of courses) {
      const places = seenIn === undefined ? [] : [seenIn.platformId, seenIn.deploymentId];
      [...previousKeys, ...categoryNames, ...places].forEach(assertStorable);
    }
    await database.run((commands) => noteSeenCourses(commands, courses));
  },

  async list(query) {
    assertLimit(query.limit);
    const found = await database.run((commands) => findPage(commands, query));
    const items = found.slice(0, query.limit);
    const last = items.at(-1);
    return { items, ...(found.length > items.length && last ? { next: cursorAfter(query.order, last) } : {}) };
  },

  count: async (filter, cap) => (cap < 1 ? 0 : database.run(({ count }) => count('courses', filterOf(filter), cap))),

  async findMany(tenantId, courseKeys) {
    assertChunk(courseKeys);
    const keys = courseKeys.map((courseKey) => ({ tenantId, courseKey }));
    const known = await database.run((commands) => readCourses(commands, keys));
    return keys.flatMap((key) => {
      const course = known.get(idOf('courses', key));
      return course === undefined ? [] : [courseOf(course)];
    });
  },

  setProblem: ({ tenantId, courseKey, expectedVersion, problem }) =>
    database.run(async ({ update }) => {
      const filter = {
        _id: idOf('courses', { tenantId, courseKey }),
        version: expectedVersion,
        'mapping.categoryId': present,
      };
      return (await update('courses', filter, { set: { problem } })) !== undefined;
    }),
});
