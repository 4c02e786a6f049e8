/** A prepared set of changes as people read it. Pure. */
import { catalogue } from '../../errors/catalogue.js';
import type { CategoryId } from '../../runtime/ids.js';
import type {
  Actor,
  JobRecord,
  StagedChangeSet,
  StagedEffect,
  StagedReport,
  StagedRow,
  StagedTarget,
} from '../../store/ports.js';
import type { MessageKey, Messages } from '../../ui/translate.js';
import { changeSetPath, hasEnded } from './apply-changes.js';
import { problemSentence } from './changes-problems.js';
import { showCategory, showTime, type ShownCategory, type ShownTime } from '../table/course-list.js';
import { changeCount, isAbandoned } from './stage-changes.js';

/** What a set is to a person: its status, and whether anybody is still at it. */
export type SetPhase = 'reading' | 'abandoned' | 'ready' | 'applying' | 'stopped' | 'applied' | 'failed';

/** @param job the one that applies the set, if it is known */
export function phaseOf(set: StagedChangeSet, job: Pick<JobRecord, 'status'> | undefined, nowMs: number): SetPhase {
  if (isAbandoned(set, nowMs)) return 'abandoned';
  if (set.status === 'applying' && hasEnded(job)) return 'stopped';
  return set.status;
}

/** Parts of a preview. Problems come first: they are what an admin has to do something about. */
export const SET_PARTS = {
  problems: ['error'],
  changes: ['add', 'change', 'remove'],
  unchanged: ['same'],
} as const satisfies Record<string, readonly StagedEffect[]>;
export type SetPart = keyof typeof SET_PARTS;

export interface PartLink {
  part: SetPart;
  count: number;
  href: string;
  isCurrent: boolean;
}

const countOf = ({ counts }: StagedChangeSet, part: SetPart): number =>
  SET_PARTS[part].reduce((sum, effect) => sum + counts[effect], 0);

/** Links to the parts that hold rows; the wished one is current, else the first. */
export function partsOf(set: StagedChangeSet, wish: string | undefined): PartLink[] {
  const parts = (Object.keys(SET_PARTS) as SetPart[]).filter((part) => countOf(set, part) > 0);
  const current = parts.find((part) => part === wish) ?? parts[0];
  return parts.map((part) => ({
    part,
    count: countOf(set, part),
    href: `${changeSetPath(set.id)}?show=${part}`,
    isCurrent: part === current,
  }));
}

/** The words of the button: what applying does, and to how many courses. */
export function applyWords(
  { counts: { add, change, remove } }: Pick<StagedChangeSet, 'counts'>,
  messages: Messages,
): string {
  const effects = [add > 0 && 'add', change > 0 && 'change', remove > 0 && 'remove'].filter((word) => word !== false);
  const key = `courses.changes.apply.${effects.join('-')}` as MessageKey;
  return messages.text(key, { add, change, remove });
}

/** A category that may not exist yet, and then has no id. */
export type TargetView = Omit<ShownCategory, 'id'> & Partial<Pick<ShownCategory, 'id'>>;

function targetView(target: StagedTarget): TargetView {
  const { id, ...path } = showCategory({ categoryId: '' as CategoryId, ...target });
  return target.categoryId === undefined ? path : { ...path, id };
}

export interface RowView {
  row: number;
  effect: StagedEffect;
  /** Title, else the key. */
  course: string;
  key?: string;
  label?: string;
  before?: TargetView;
  after?: TargetView;
  launches: number;
  problems: { sentence: string; column?: string; value?: string }[];
}

export function rowView(staged: StagedRow, messages: Messages): RowView {
  const { row, courseKey, courseTitle, courseLabel, effect, before, to, launches, problems } = staged;
  const after = to ?? (effect === 'same' ? before : undefined);
  return {
    row,
    effect,
    course: courseTitle ?? courseKey,
    ...(courseTitle === undefined ? {} : { key: courseKey }),
    ...(courseLabel === undefined ? {} : { label: courseLabel }),
    ...(before === undefined ? {} : { before: targetView(before) }),
    ...(after === undefined ? {} : { after: targetView(after) }),
    launches,
    problems: problems.map((problem) => ({
      sentence: problemSentence(problem, messages),
      ...(problem.column === undefined ? {} : { column: problem.column }),
      ...(problem.value === undefined || problem.value === '' ? {} : { value: problem.value }),
    })),
  };
}

export interface SetView {
  id: string;
  href: string;
  summary: string;
  kind: StagedChangeSet['kind'];
  phase: SetPhase;
  /** Absent: the command line or a launch, by `byKind`. */
  by?: string;
  byKind: Actor['kind'];
  at: ShownTime;
  /** Courses that it changes, or would. */
  changing: number;
  problems: number;
  unchanged: number;
  launches: number;
  report: StagedReport;
  /** Of a set that failed. */
  failure?: { sentence: string; reason?: string; code: string };
}

export function setView(set: StagedChangeSet, phase: SetPhase, messages: Messages): SetView {
  const by = set.createdBy.id?.replace(/^link:/, '');
  return {
    id: set.id,
    href: changeSetPath(set.id),
    summary: set.summary,
    kind: set.kind,
    phase,
    ...(by === undefined ? {} : { by }),
    byKind: set.createdBy.kind,
    at: showTime(set.createdAtMs),
    changing: changeCount(set),
    problems: set.counts.error,
    unchanged: set.counts.same,
    launches: set.launches,
    report: set.report ?? {},
    ...(phase === 'failed' ? { failure: failureOf(set, messages) } : {}),
  };
}

function failureOf(
  { errorCode = 'INTERNAL', reason }: StagedChangeSet,
  messages: Messages,
): NonNullable<SetView['failure']> {
  const code = Object.hasOwn(catalogue, errorCode) ? (errorCode as keyof typeof catalogue) : 'INTERNAL';
  return { sentence: messages.text(`error.${code}.admin`), code, ...(reason === undefined ? {} : { reason }) };
}
