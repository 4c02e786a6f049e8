/** Notes the courses that launches showed: often, and beside the commands that change mappings. */
import { AppError } from '../../errors/app-error.js';
import type { SeenCourse } from '../ports.js';
import type { TransferredCourse } from '../transfer-records.js';
import { newCourse, retitled } from './course-documents.js';
import type { Commands, UpdateEach } from './commands.js';
import { fieldsOf, idOf, toRecord } from './documents.js';
import { isDuplicateKey } from './errors.js';
import { absent, oneOf, type Fields } from './fields.js';

/** Each round loses only to somebody who changed the same course between our read and our write. */
const ROUNDS = 10;

function seenAs(known: TransferredCourse | undefined, seen: SeenCourse): TransferredCourse {
  const { title, label, previousKeys, categoryNames, seenAtMs } = seen;
  const course = known ?? newCourse(seen, seenAtMs);
  if (course.lastLaunchAtMs !== undefined && course.lastLaunchAtMs > seenAtMs) return course;
  return {
    ...retitled(course, { title, label }),
    previousKeys: [...previousKeys],
    categoryNames: [...categoryNames],
    lastLaunchAtMs: seenAtMs,
  };
}

/** Only what a launch tells: mapping and version may change meanwhile, and stay as they are. */
function toldFields(course: TransferredCourse): Fields {
  const { title, label, titleOrder, tokens, previousKeys, categoryNames, lastLaunchAtMs, recency } = fieldsOf(
    'courses',
    course,
  );
  return {
    ...(title === undefined ? {} : { title }),
    ...(label === undefined ? {} : { label }),
    titleOrder,
    tokens,
    previousKeys,
    categoryNames,
    lastLaunchAtMs,
    recency,
  };
}

/**
 * The updates. The one with what was seen fits only while the words that its tokens were made of, and the last launch,
 * are what we read; so a new course is made without them first.
 */
function updatesOf(known: TransferredCourse | undefined, course: TransferredCourse): UpdateEach[] {
  const _id = idOf('courses', course);
  const from = known ?? newCourse(course, course.firstSeenAtMs);
  const make = { filter: { _id }, update: { onInsert: fieldsOf('courses', from) }, upsert: true };
  const { title, label, lastLaunchAtMs } = from;
  const asRead = { _id, title: title ?? absent, label: label ?? absent, lastLaunchAtMs: lastLaunchAtMs ?? absent };
  return [...(known === undefined ? [make] : []), { filter: asRead, update: { set: toldFields(course) } }];
}

async function assertTenants({ find }: Commands, courses: readonly SeenCourse[]): Promise<void> {
  const ids = [...new Set(courses.map(({ tenantId }) => tenantId))];
  if ((await find('tenants', { _id: oneOf(ids) }, { only: ['_id'], limit: ids.length })).length === ids.length) return;
  throw new AppError('STORE_CONFLICT', {
    reason: 'a course belongs to a tenant that exists',
    details: { constraint: 'foreign-key' },
  });
}

/** Answers how many courses somebody else changed meanwhile: what was seen is not noted there yet. */
async function noteOnce({ find, updateEach }: Commands, courses: readonly SeenCourse[]): Promise<number> {
  const ids = [...new Set(courses.map((course) => idOf('courses', course)))];
  const found = await find('courses', { _id: oneOf(ids) }, { limit: ids.length });
  const known = new Map(found.map((document) => [String(document['_id']), toRecord('courses', document)]));
  const wanted = new Map<string, TransferredCourse>();
  for (const seen of courses) {
    const id = idOf('courses', seen);
    wanted.set(id, seenAs(wanted.get(id) ?? known.get(id), seen));
  }
  const updates = [...wanted]
    .filter(([id, course]) => known.get(id) !== course)
    .flatMap(([id, course]) => updatesOf(known.get(id), course));
  try {
    return updates.length - (await updateEach('courses', updates));
  } catch (thrown) {
    // Two made the same course at once.
    if (isDuplicateKey(thrown)) return updates.length;
    throw thrown;
  }
}

/** @throws AppError `STORE_CONFLICT` for a tenant that does not exist, `STORE_BUSY` */
export async function noteSeenCourses(commands: Commands, courses: readonly SeenCourse[]): Promise<void> {
  if (courses.length === 0) return;
  await assertTenants(commands, courses);
  for (let round = 1; round <= ROUNDS; round += 1) {
    if ((await noteOnce(commands, courses)) === 0) return;
  }
  throw new AppError('STORE_BUSY', { reason: 'the same courses change all the time' });
}
