/** What a wanted mapping would do to its course. Pure: the caller has read the course and asked Kaltura. */
import type { CategorySummary } from '../../kaltura/types.js';
import type { CategoryId } from '../../runtime/ids.js';
import type {
  CourseRecord,
  MappingOrigin,
  MappingRecord,
  MappingTarget,
  RowProblem,
  StagedEffect,
  StagedRow,
  StagedTarget,
} from '../../store/ports.js';
import type { ProblemWord } from './changes-problems.js';

/** The category that a row asks for: by id, else by full name. */
export interface WantedTarget {
  categoryId?: CategoryId;
  categoryFullName?: string;
  origin: MappingOrigin;
  /** A category of that full name that does not exist yet is created when the set is applied. */
  create?: boolean;
}

/** One course as a file, a rule or a person wants it. */
export interface WantedRow {
  /** Line of the file or position in the list, from 1; unique in its set. */
  row: number;
  courseKey: string;
  courseTitle?: string;
  courseLabel?: string;
  /** Absent: nothing is wanted of this course. */
  to?: WantedTarget | 'remove';
  /** Found by whoever made the row; such a row changes nothing. */
  problems?: RowProblem[];
  /** Version of the mapping that this row takes back, `none` when it left no mapping. */
  takesBack?: number | 'none';
  /** What the row takes back was done by who asks now: it may lead to where the course was, wherever that is. */
  ownDoing?: true;
  /** Progress after this row, in the unit of the set's `total`; absent: rows. */
  step?: number;
}

export interface RowFacts {
  /** The course as it is now; absent: unknown. */
  course?: CourseRecord | undefined;
  /** An earlier row of the set has the same course. */
  isTwice: boolean;
  /** The course, known or not, is outside of what this admin may map. */
  isForeign: boolean;
  /** The course has to be known. */
  mustBeKnown: boolean;
  /** What Kaltura knows under the wanted id or name. Absent: nothing. */
  category?: Pick<CategorySummary, 'id' | 'fullName'> | undefined;
  /** Only categories below this one may be wanted. */
  rootFullName?: string | undefined;
  /** The wanted category is one that this admin may not choose, because another LMS has it. */
  isOthers?: boolean;
}

const MAX_VALUE = 100;
const problemOf = (problem: ProblemWord, value?: string): RowProblem => ({
  problem,
  ...(value === undefined ? {} : { value: Array.from(value).slice(0, MAX_VALUE).join('') }),
});

/** The staged row; launches are counted later, for rows that change something. */
export function stagedRowOf(wanted: WantedRow, facts: RowFacts): StagedRow {
  const { row, courseKey, to, problems = [] } = wanted;
  const mapping = facts.isForeign ? undefined : facts.course?.mapping;
  const course = facts.isForeign ? undefined : facts.course;
  const title = course?.title ?? wanted.courseTitle;
  const label = course?.label ?? wanted.courseLabel;
  const target = to === undefined || to === 'remove' ? undefined : targetOf(to, facts.category);
  const found = [...problems, ...problemsOf(wanted, facts, target)];
  const effect = found.length > 0 ? 'error' : effectOf(wanted, mapping, target);
  return {
    row,
    courseKey,
    ...(title === undefined ? {} : { courseTitle: title }),
    ...(label === undefined ? {} : { courseLabel: label }),
    effect,
    ...(mapping === undefined ? {} : { expectedVersion: mapping.version, before: plainTarget(mapping) }),
    ...(target !== undefined && (effect === 'add' || effect === 'change') ? { to: target } : {}),
    launches: 0,
    problems: found,
  };
}

const plainTarget = ({ categoryId, categoryFullName, origin }: MappingRecord): MappingTarget => ({
  categoryId,
  categoryFullName,
  origin,
});

function targetOf(wanted: WantedTarget, category: RowFacts['category']): StagedTarget | undefined {
  const { origin, create, categoryFullName } = wanted;
  if (category) return { categoryId: category.id, categoryFullName: category.fullName, origin };
  if (create && wanted.categoryId === undefined && categoryFullName !== undefined) {
    return { categoryFullName, origin, create: true };
  }
  return undefined;
}

function problemsOf(wanted: WantedRow, facts: RowFacts, target: StagedTarget | undefined): RowProblem[] {
  const { courseKey, to, takesBack } = wanted;
  if (wanted.problems?.length) return [];
  // A course of somebody else is not told apart from one that nobody knows.
  if (facts.isForeign) return [problemOf('not-yours', courseKey)];
  if (facts.isTwice) return [problemOf('course-twice', courseKey)];
  if (facts.mustBeKnown && !facts.course) return [problemOf('course-unknown', courseKey)];
  if (takesBack !== undefined && takesBack !== (facts.course?.mapping?.version ?? 'none')) {
    return [problemOf('changed-since')];
  }
  if (to === undefined || to === 'remove') return [];
  if (target === undefined) return [problemOf('category-unknown', to.categoryId ?? to.categoryFullName)];
  if (isContradiction(to, target, facts)) return [problemOf('category-differs', to.categoryFullName)];
  const { rootFullName, isOthers = false } = facts;
  if (isOthers || (rootFullName !== undefined && !target.categoryFullName.startsWith(`${rootFullName}>`))) {
    return [problemOf('category-outside', target.categoryFullName)];
  }
  return [];
}

/**
 * Id and name are of two categories, as when a spreadsheet counted the ids up by itself. A row that repeats the present
 * mapping is none: the category may have another name by now.
 */
function isContradiction(to: WantedTarget, target: StagedTarget, { course, isForeign }: RowFacts): boolean {
  if (to.categoryId === undefined || to.categoryFullName === undefined) return false;
  if (!isForeign && course?.mapping?.categoryId === to.categoryId) return false;
  return to.categoryFullName.toLowerCase() !== target.categoryFullName.toLowerCase();
}

function effectOf(
  { to, takesBack }: WantedRow,
  before: MappingRecord | undefined,
  target: StagedTarget | undefined,
): StagedEffect {
  if (to === 'remove') return before ? 'remove' : 'same';
  if (to === undefined || target === undefined) return 'same';
  if (!before) return 'add';
  const isSame =
    before.categoryId === target.categoryId &&
    before.categoryFullName === target.categoryFullName &&
    // Taking back restores how the category came about too.
    (takesBack === undefined || before.origin === target.origin);
  return isSame ? 'same' : 'change';
}
