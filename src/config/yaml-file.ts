import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from './problems.js';

export type Tree = Record<string, unknown>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file as a tree; what is wrong with it goes to `report`, by line and never with its text. */
export function readYaml(path: string, readFile: (path: string) => string, report: (problem: Problem) => void): Tree {
  let text: string;
  try {
    text = readFile(path);
  } catch {
    report({ kind: 'invalid', text: `the configuration file ${path} cannot be read` });
    return {};
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const { code, pos } of document.errors) {
    report({ kind: 'invalid', text: `${path}, line ${lines.linePos(pos[0]).line}: not valid YAML (${code})` });
  }
  if (document.errors.length > 0) return {};
  try {
    const tree: unknown = withoutNulls(document.toJS() ?? {});
    if (isTree(tree)) return tree;
    report({ kind: 'invalid', text: `${path}: must hold keys and values` });
  } catch {
    report({ kind: 'invalid', text: `${path}: its aliases cannot be resolved` });
  }
  return {};
}

/** `metrics:` with every line below it commented out is null in YAML; the author means "nothing set". */
function withoutNulls(value: unknown): unknown {
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, withoutNulls(child)]),
  );
}
