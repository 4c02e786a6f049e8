/** What the product promises about its cost, and whether a run kept it. */

export type TargetId =
  | 'express'
  | 'ltijs'
  | 'lti-tool'
  | 'outbound'
  | 'writes'
  | 'tail'
  | 'mappings'
  | 'platforms'
  | 'queries'
  | 'memory'
  | 'start';

export interface Target {
  id: TargetId;
  text: string;
  is: 'at most' | 'at least' | 'exactly';
  limit: number;
}

export const targets: readonly Target[] = [
  { id: 'express', text: 'CPU per launch ÷ a bare Express 5 app’s', is: 'at most', limit: 1 },
  { id: 'ltijs', text: 'ltijs’s CPU per launch ÷ ours', is: 'at least', limit: 10 },
  { id: 'lti-tool', text: '@lti-tool/core’s CPU per launch ÷ ours', is: 'at least', limit: 2 },
  { id: 'outbound', text: 'outbound HTTP requests per launch', is: 'exactly', limit: 0 },
  { id: 'writes', text: 'store writes that a launch waits for', is: 'exactly', limit: 1 },
  { id: 'tail', text: 'p99 ÷ p50 at 16 concurrent', is: 'at most', limit: 4 },
  { id: 'mappings', text: 'CPU per launch, 100,000 mappings ÷ 100', is: 'at most', limit: 1.15 },
  { id: 'platforms', text: 'CPU per launch, 1,000 platforms ÷ 1', is: 'at most', limit: 1.15 },
  { id: 'queries', text: 'mapping page and search, 100,000 mappings ÷ 1,000, the worst', is: 'at most', limit: 2 },
  { id: 'memory', text: 'memory at the end of the long run ÷ at its middle', is: 'at most', limit: 1.15 },
  { id: 'start', text: 'seconds from start to ready', is: 'at most', limit: 1.5 },
];

export interface Verdict extends Target {
  /** Absent: the run did not measure it. */
  value?: number;
  outcome: 'met' | 'missed' | 'not measured';
}

export function judge(values: Partial<Record<TargetId, number>>): Verdict[] {
  return targets.map((target) => {
    const value = values[target.id];
    if (value === undefined) return { ...target, outcome: 'not measured' };
    return { ...target, value, outcome: isMet(target, value) ? 'met' : 'missed' };
  });
}

function isMet({ is, limit }: Target, value: number): boolean {
  // NaN fits no comparison, so a ratio of nothing to nothing is a miss.
  if (is === 'exactly') return value === limit;
  return is === 'at most' ? value <= limit : value >= limit;
}
