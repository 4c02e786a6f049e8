/** The result of a whole check, as data: what `--json` prints, and what the other forms are made of. */
import type { Adapter } from '../types.js';
import { checkAdapter, type RuleResult } from './check-adapter.js';
import type { Findings, LoadedAdapter, PathNote } from './find-adapters.js';
import { LOADS, RULES } from './rules/index.js';

export interface AdapterReport {
  path: string;
  /** Absent when the adapter cannot be loaded or has none. */
  id?: string;
  fixtures: number;
  ok: boolean;
  /** One for each rule, in their order; `loads` first. */
  rules: RuleResult[];
}

export interface Report {
  /** All rules are kept, every path exists, and there was something to check. */
  ok: boolean;
  adapters: AdapterReport[];
  ignored: PathNote[];
  missing: string[];
}

/** @param builtIn the adapters that the ones under test will stand beside */
export function makeReport({ adapters: found, ignored, missing }: Findings, builtIn: readonly Adapter[]): Report {
  const adapters = found.map((one) => ('adapter' in one ? reportOf(one, builtIn) : unloadable(one)));
  const ok = adapters.length > 0 && missing.length === 0 && adapters.every((adapter) => adapter.ok);
  return { ok, adapters, ignored, missing };
}

function reportOf({ path, adapter, fixtures, unreadable }: LoadedAdapter, rivals: readonly Adapter[]): AdapterReport {
  const results = checkAdapter({ adapter, fixtures, unreadable, rivals });
  return {
    path,
    ...(typeof adapter.id === 'string' ? { id: adapter.id } : {}),
    fixtures: Object.keys(fixtures).length,
    ok: results.every(({ outcome }) => outcome === 'passed'),
    rules: [{ id: LOADS.id, outcome: 'passed', problems: [] }, ...results],
  };
}

const unloadable = ({ path, reason }: PathNote): AdapterReport => ({
  path,
  fixtures: 0,
  ok: false,
  rules: [
    { id: LOADS.id, outcome: 'failed', problems: [{ message: reason, fixtures: [] }] },
    ...RULES.map(({ id }): RuleResult => ({ id, outcome: 'not-run', problems: [] })),
  ],
});
