/** Bad weather on demand: the next API calls are refused, slow, broken or dropped. */

export type Fault =
  /** A `KalturaAPIException`, e.g. ACTION_BLOCKED. */
  | { kind: 'refuse'; code: string; message: string; args?: Record<string, string> }
  | { kind: 'status'; status: number }
  /** HTTP 200 with a page instead of JSON, as a proxy in between does. */
  | { kind: 'html' }
  /** The answer comes, but late. */
  | { kind: 'slow'; delayMs: number }
  /** The connection ends without an answer. */
  | { kind: 'drop' };

export interface FaultControl {
  /** For the next `times` calls (default 1), of one `service.action` or of any but analytics. */
  next(fault: Fault, options?: { times?: number; action?: string }): void;
  /** New categories stay out of `category.list` that long, as in a late search index. */
  setIndexLag(lagMs: number): void;
  clear(): void;
}

export interface Faults extends FaultControl {
  /** The fault for this call, used up by asking. */
  take(action: string): Fault | undefined;
  indexLagMs(): number;
}

export function createFaults(): Faults {
  let waiting: { fault: Fault; left: number; action: string | undefined }[] = [];
  let lagMs = 0;
  return {
    next(fault, { times = 1, action } = {}) {
      waiting.push({ fault, left: times, action: action?.toLowerCase() });
    },
    setIndexLag(given) {
      lagMs = given;
    },
    clear() {
      waiting = [];
      lagMs = 0;
    },
    indexLagMs: () => lagMs,
    take(action) {
      const name = action.toLowerCase();
      const beacon = name.startsWith('analytics.') || name.startsWith('stats.');
      const found = waiting.find((each) => (each.action === undefined ? !beacon : each.action === name));
      if (!found) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting = waiting.filter((each) => each !== found);
      return found.fault;
    },
  };
}
