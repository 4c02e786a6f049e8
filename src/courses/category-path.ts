/**
 * The category path of a rule, e.g. `site>channels>$1`: names separated by `>`, below the root category. `$1`, `${1}`
 * and `${name}` stand for what the pattern's groups captured, `$$` for a dollar sign.
 */
import { toCategoryName } from '../kaltura/category-name.js';

/** Characters. */
export const PATH_MAX_LENGTH = 500;
const MAX_LEVELS = 8;

/** A piece of a name: text, or the number of a group. */
type Piece = string | number;

export type CategoryPath = readonly (readonly Piece[])[];

export interface Groups {
  count: number;
  /** Group name → number. */
  names: Readonly<Record<string, number>>;
}

const PLACE = /\$(?:(\$)|(\d+)|\{(\w+)\})|\$|[^$]+/g;

export interface PathProblem {
  problem: 'path-empty-level' | 'path-deep' | 'path-group' | 'path-dollar';
  /** The place that is meant, e.g. `$3`. */
  detail?: string;
}

/** The path in its pieces, or what is wrong with it. */
export function parseCategoryPath(text: string, groups: Groups): CategoryPath | PathProblem {
  const levels = text.split('>').map((level) => level.trim());
  if (levels.includes('')) return { problem: 'path-empty-level' };
  if (levels.length > MAX_LEVELS) return { problem: 'path-deep', detail: String(MAX_LEVELS) };
  const path: Piece[][] = [];
  for (const level of levels) {
    const pieces: Piece[] = [];
    for (const [piece, dollar, bare, braced] of level.matchAll(PLACE)) {
      const name = bare ?? braced;
      if (name !== undefined) {
        const group = numberOf(name, groups);
        if (group === undefined) return { problem: 'path-group', detail: piece };
        pieces.push(group);
      } else if (piece === '$') {
        return { problem: 'path-dollar' };
      } else pieces.push(dollar ?? piece);
    }
    path.push(pieces);
  }
  return path;
}

/** 0 is the whole match, as in other tools. */
function numberOf(name: string, { count, names }: Groups): number | undefined {
  if (/^\d+$/.test(name)) return Number(name) <= count ? Number(name) : undefined;
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

/**
 * The names of the path, as Kaltura would write them: what a group captured stays one level, whatever stands in it.
 * Undefined when a group that the path needs captured nothing.
 */
export function fillCategoryPath(
  path: CategoryPath,
  captured: (group: number) => string | null | undefined,
): string[] | undefined {
  const names: string[] = [];
  for (const level of path) {
    let name = '';
    for (const piece of level) {
      const text = typeof piece === 'number' ? (captured(piece) ?? '') : piece;
      if (typeof piece === 'number' && text.trim() === '') return undefined;
      name += text;
    }
    names.push(toCategoryName(name));
  }
  return names;
}
