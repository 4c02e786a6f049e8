/** Puts the configuration together: defaults, then the file, then the environment; reports everything wrong at once. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { FILE_VARIABLE, readEnvironment } from './environment.js';
import { checkSecurity } from './insecure.js';
import { didYouMean } from './nearest.js';
import { configError, type Problem } from './problems.js';
import { configSchema, SECRET_LENGTH, type Config } from './schema.js';
import { keysAt, settings, toVariable } from './settings.js';
import { isTree, readYaml, type Tree } from './yaml-file.js';

export interface ConfigSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Path of the YAML file (`--config`); otherwise `PLAYCONTEXT_CONFIG` names it, otherwise there is none. */
  file?: string | undefined;
  /** Reads a whole file as UTF-8 text; from disk by default. */
  readFile?: (path: string) => string;
}

export interface LoadedConfig {
  config: Config;
  /** Insecure settings that an operator allowed. To be logged at each start. */
  warnings: string[];
}

/**
 * The checked configuration. Throws one `AppError` that names every problem and no value: `CONFIG_INVALID`,
 * `CONFIG_SECRET_MISSING` when only secrets are missing, `CONFIG_INSECURE` when production refuses what is set.
 */
export function loadConfig({ env, file, readFile = readTextFile }: ConfigSources): LoadedConfig {
  const problems: Problem[] = [];
  const report = (problem: Problem): number => problems.push(problem);

  const path = file ?? env[FILE_VARIABLE];
  const tree: Tree = path === undefined ? {} : readYaml(path, readFile, report);
  const kaltura = subtree(tree, 'kaltura');
  const accounts = kaltura && subtree(kaltura, 'accounts');
  subtree(tree, 'server');
  const accountIds = Object.keys(accounts ?? {});
  for (const { path: keys, value } of readEnvironment({ env, accountIds, readFile, report })) place(tree, keys, value);

  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, tree)));
  if (problems.length > 0 || !parsed.success) throw configError(problems);

  const security = checkSecurity(parsed.data);
  if (security.problems.length > 0) throw configError(security.problems);
  return { config: parsed.data, warnings: security.warnings };
}

/** The object below `key`, made when there is none; undefined when something else stands there. */
function subtree(tree: Tree, key: string): Tree | undefined {
  const value = Object.hasOwn(tree, key) ? tree[key] : (tree[key] = {});
  return isTree(value) ? value : undefined;
}

function place(tree: Tree, path: readonly string[], value: unknown): void {
  let current: Tree | undefined = tree;
  for (const key of path.slice(0, -1)) current = current && subtree(current, key);
  if (current) current[path.at(-1) ?? ''] = value;
}

function describeIssue(issue: z.core.$ZodIssue, tree: Tree): Problem[] {
  const name = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path) ?? [];
    return issue.keys.map((key) => ({
      kind: 'invalid',
      text: `${name === '' ? key : `${name}.${key}`} is not a known setting${didYouMean(key, known)}`,
    }));
  }
  const path = issue.path.map(String);
  if (isAbsent(tree, path)) {
    const secret = settingAt(path)?.secret === true;
    const variable = toVariable(path);
    const how = secret ? `${variable} or ${variable}_FILE` : variable;
    return [{ kind: secret ? 'missing-secret' : 'invalid', text: `${name} is missing (${how})` }];
  }
  // Too short is a matter of strength, which production reports as insecure.
  const short = issue.code === 'too_small' && name === 'secret' && tree['environment'] !== 'development';
  const text = short ? `secret has fewer than ${SECRET_LENGTH} characters` : `${name}: ${lowerFirst(issue.message)}`;
  return [{ kind: short ? 'insecure' : 'invalid', text }];
}

const settingAt = (path: readonly string[]): (typeof settings)[number] | undefined =>
  settings.find((setting) => matches(setting.path, path));

const matches = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length && pattern.every((key, index) => key === '*' || key === path[index]);

function isAbsent(tree: Tree, path: readonly string[]): boolean {
  let current: unknown = tree;
  for (const key of path) {
    if (!isTree(current) || !Object.hasOwn(current, key)) return settingAt(path)?.required === true;
    current = current[key];
  }
  return false;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const readTextFile = (path: string): string => readFileSync(path, 'utf8');
