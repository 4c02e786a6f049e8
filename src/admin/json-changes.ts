/** What differs between two JSON values, one line per place, for people to read. */

export interface JsonChange {
  /** Dotted, e.g. `settings.frameOrigins.0`; empty for the whole value. */
  path: string;
  /** JSON; undefined where there was nothing. */
  before?: string;
  after?: string;
}

type Leaves = Map<string, string>;

/** Places in the order of `before`, then those that only `after` has. At most `limit`. */
export function jsonChanges(before: unknown, after: unknown, limit = 100): JsonChange[] {
  const old = leavesOf(before);
  const now = leavesOf(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .filter((path) => !isEmptied(old, now, path) && !isEmptied(now, old, path))
    .slice(0, limit)
    .map((path) => {
      const [was, is] = [old.get(path), now.get(path)];
      return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
    });
}

/** True for an empty list or object that has members on the other side: those say it already. */
const isEmptied = (side: Leaves, other: Leaves, path: string): boolean =>
  /^(?:\[\]|\{\})$/.test(side.get(path) ?? '') &&
  [...other.keys()].some((key) => key !== path && (path === '' || key.startsWith(`${path}.`)));

function leavesOf(value: unknown, path = '', leaves: Leaves = new Map()): Leaves {
  if (value === undefined) return leaves;
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (children.length === 0) leaves.set(path, JSON.stringify(value));
  for (const [name, child] of children) leavesOf(child, path === '' ? name : `${path}.${name}`, leaves);
  return leaves;
}
