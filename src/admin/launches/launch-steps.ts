/** The way of a launch as ten steps that an admin can follow, from what was recorded of it. */
import type { LaunchRecord, StepTiming } from '../../store/ports.js';

/** In the order in which they happen, each with the names under which the code times its parts. */
const WAY = {
  login: ['start'],
  message: ['find-platform', 'verify-token', 'read-claims', 'check-deployment'],
  browser: ['prove-binding', 'consume-state'],
  adapter: ['adapter'],
  identity: ['identity'],
  course: ['course'],
  authorise: ['authorise'],
  session: ['session'],
  page: ['page'],
  record: [],
} as const satisfies Record<string, readonly string[]>;

/** A launch that asks for the admin's screens leaves the way after its adapter. */
const ADMIN_WAY = {
  login: WAY.login,
  message: WAY.message,
  browser: WAY.browser,
  adapter: WAY.adapter,
  admin: ['admin'],
};

export type WayStep = keyof typeof WAY | 'admin';
export type StepState = 'done' | 'failed' | 'not-reached';

export interface StepLine {
  step: WayStep;
  state: StepState;
  /** Absent for steps that are not timed. */
  durationMs?: number;
  /** Where a step has several. */
  parts: StepTiming[];
}

type Recorded = Pick<LaunchRecord, 'outcome' | 'step' | 'steps'>;

export const isAdminLaunch = ({ step }: Pick<LaunchRecord, 'step'>): boolean => step === 'admin';

/** What the code times under a name that no step knows (of an older version) counts for the step that failed, or none. */
export function stepsOf(record: Recorded): StepLine[] {
  const taken: Readonly<Record<string, readonly string[]>> = isAdminLaunch(record) ? ADMIN_WAY : WAY;
  const way = Object.entries(taken).map(([step, parts]) => [step as WayStep, parts] as const);
  const failedAt = record.outcome === 'failed' ? way.findIndex(([, parts]) => parts.includes(record.step)) : -1;

  return way.map(([step, names], index) => {
    const parts = record.steps.filter(({ step: name }) => names.includes(name));
    const timed = parts.length === 0 ? {} : { durationMs: parts.reduce((sum, part) => sum + part.durationMs, 0) };
    return { step, state: stateOf(step, index, failedAt, record), ...timed, parts: parts.length > 1 ? parts : [] };
  });
}

function stateOf(step: WayStep, index: number, failedAt: number, { outcome }: Recorded): StepState {
  // Whatever happened: it stands here.
  if (outcome === 'played' || step === 'record') return 'done';
  if (index === failedAt) return 'failed';
  return index < failedAt ? 'done' : 'not-reached';
}
