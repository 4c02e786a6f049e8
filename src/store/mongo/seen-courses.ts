/** Notes the courses that launches showed: often, and beside the commands that change mappings. */
import { AppError } from '../../errors/app-error.js';
import { MAX_SEEN_IN } from '../limits.js';
import type { DeploymentKey, SeenCourse } from '../ports.js';
import type { TransferredCourse } from '../transfer-records.js';
import { newCourse, retitled } from './course-documents.js';
import type { Commands, UpdateEach } from './commands.js';
import { fieldsOf, idOf } from './documents.js';
import { isDuplicateKey } from './errors.js';
import { readCourses } from './mapping-changes.js';
import { absent, hasLength, oneOf, type Fields } from './fields.js';

/** Each round loses only to somebody who changed the same course between our read and our write. */
const ROUNDS = 10;

function joined(known: DeploymentKey[], seenIn: DeploymentKey | undefined): DeploymentKey[] {
  if (seenIn === undefined || known.length >= MAX_SEEN_IN) return known;
  const { platformId, deploymentId } = seenIn;
  const isKnown = known.some((place) => place.platformId === platformId && place.deploymentId === deploymentId);
  return isKnown ? known : [...known, { platformId, deploymentId }];
}

const courseId = ({ tenantId, courseKey }: SeenCourse): string => idOf('courses', { tenantId, courseKey });

function seenAs(known: TransferredCourse | undefined, seen: SeenCourse): TransferredCourse {
  const { title, label, sourcedId, previousKeys, categoryNames, seenAtMs } = seen;
  const course = known ?? newCourse(seen, seenAtMs);
  const seenIn = joined(course.seenIn, seen.seenIn);
  if (course.lastLaunchAtMs !== undefined && course.lastLaunchAtMs > seenAtMs) {
    return seenIn === course.seenIn ? course : { ...course, seenIn };
  }
  return {
    ...retitled(course, { title, label }),
    ...(sourcedId === undefined ? {} : { sourcedId }),
    seenIn,
    previousKeys: [...previousKeys],
    categoryNames: [...categoryNames],
    lastLaunchAtMs: seenAtMs,
  };
}

/** Only what a launch tells: mapping and version may change meanwhile, and stay as they are. */
function toldFields(course: TransferredCourse): Fields {
  const { title, label, sourcedId, seenIn, ...fields } = fieldsOf('courses', course);
  const { titleOrder, tokens, previousKeys, categoryNames, lastLaunchAtMs, recency } = fields;
  return {
    ...(title === undefined ? {} : { title }),
    ...(label === undefined ? {} : { label }),
    ...(sourcedId === undefined ? {} : { sourcedId }),
    titleOrder,
    tokens,
    previousKeys,
    categoryNames,
    ...(seenIn === undefined ? {} : { seenIn }),
    lastLaunchAtMs,
    recency,
  };
}

/**
 * The updates. The one with what was seen fits only while the words that its tokens were made of, the last launch and
 * the deployments are what we read; so a new course is made without them first.
 */
function updatesOf(known: TransferredCourse | undefined, course: TransferredCourse): UpdateEach[] {
  const _id = idOf('courses', course);
  const from = known ?? newCourse(course, course.firstSeenAtMs);
  const make = { filter: { _id }, update: { onInsert: fieldsOf('courses', from) }, upsert: true };
  const { title = absent, label = absent, sourcedId = absent, lastLaunchAtMs = absent, seenIn } = from;
  // Deployments are only ever added, so as many as there were are the same.
  const places = seenIn.length === 0 ? absent : hasLength(seenIn.length);
  const asRead = { _id, title, label, sourcedId, lastLaunchAtMs, seenIn: places };
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
async function noteOnce(commands: Commands, courses: readonly SeenCourse[]): Promise<number> {
  const known = await readCourses(commands, courses);
  const wanted = new Map<string, TransferredCourse>();
  for (const seen of courses) {
    const id = courseId(seen);
    wanted.set(id, seenAs(wanted.get(id) ?? known.get(id), seen));
  }
  const updates = [...wanted]
    .filter(([id, course]) => known.get(id) !== course)
    .flatMap(([id, course]) => updatesOf(known.get(id), course));
  try {
    return updates.length - (await commands.updateEach('courses', updates));
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
