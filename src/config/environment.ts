/** Reads `PLAYCONTEXT_…` variables into the same tree that a configuration file gives. */
import { didYouMean } from './nearest.js';
import type { Problem } from './problems.js';
import { PREFIX, settings, toVariablePart, type Setting } from './settings.js';

/** Names the configuration file; it is not a setting. */
export const FILE_VARIABLE = `${PREFIX}CONFIG`;
const FILE_SUFFIX = '_FILE';
const ACCOUNTS = `${PREFIX}KALTURA_ACCOUNTS_`;

export interface EnvironmentValue {
  path: string[];
  value: unknown;
}

interface Target {
  setting: Setting;
  path: string[];
  fromFile: boolean;
}

interface Dependencies {
  env: Readonly<Record<string, string | undefined>>;
  /** Accounts that the file names, so that `LAW_SCHOOL` finds them. */
  accountIds: readonly string[];
  readFile(path: string): string;
  report(problem: Problem): void;
}

/** Every setting that the environment gives; what it can't read or place goes to `report`. */
export function readEnvironment({ env, accountIds, readFile, report }: Dependencies): EnvironmentValue[] {
  const values: EnvironmentValue[] = [];
  const sources = new Map<string, string>();
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || variable === FILE_VARIABLE || text === undefined) continue;
    const target = findTarget(variable, accountIds);
    if (!target) {
      report({ kind: 'invalid', text: `${variable} is not a known variable${suggestion(variable, accountIds)}` });
      continue;
    }
    const key = target.path.join('.');
    const other = sources.get(key);
    if (other !== undefined) {
      report({ kind: 'invalid', text: `${other} and ${variable} are both set; set only one` });
      continue;
    }
    sources.set(key, variable);
    try {
      values.push({
        path: target.path,
        value: target.fromFile ? readSecret(readFile, text) : parse(target.setting, text),
      });
    } catch (error) {
      report({ kind: 'invalid', text: `${variable} names a file that cannot be read${systemCode(error)}` });
    }
  }
  return values;
}

const readSecret = (readFile: (path: string) => string, path: string): string => readFile(path).replace(/\r?\n$/, '');

function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? ` (${code})` : '';
}

/** What does not parse stays a text, so that the schema refuses it by name. */
function parse({ kind }: Setting, text: string): unknown {
  if (kind === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (kind === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  if (kind === 'list') {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  return text;
}

function findTarget(variable: string, accountIds: readonly string[]): Target | undefined {
  for (const setting of settings) {
    const path = pathFor(setting, variable, accountIds);
    if (path) return { setting, path, fromFile: false };
    const withoutSuffix = variable.endsWith(FILE_SUFFIX) ? variable.slice(0, -FILE_SUFFIX.length) : undefined;
    const filePath = setting.secret && withoutSuffix ? pathFor(setting, withoutSuffix, accountIds) : undefined;
    if (filePath) return { setting, path: filePath, fromFile: true };
  }
  return undefined;
}

function pathFor(setting: Setting, variable: string, accountIds: readonly string[]): string[] | undefined {
  const [start = '', end] = setting.variable.split('*');
  if (end === undefined) return variable === start ? [...setting.path] : undefined;
  if (!variable.startsWith(start) || !variable.endsWith(end)) return undefined;
  const name = variable.slice(start.length, variable.length - end.length);
  if (!/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(name)) return undefined;
  const id = accountIds.find((accountId) => toVariablePart(accountId) === name) ?? toAccountId(name);
  return setting.path.map((key) => (key === '*' ? id : key));
}

const toAccountId = (name: string): string => name.toLowerCase().replaceAll('_', '-');

function suggestion(variable: string, accountIds: readonly string[]): string {
  const names = new Set(accountIds.map(toVariablePart));
  const guessed = variable.startsWith(ACCOUNTS) ? variable.slice(ACCOUNTS.length).split('_')[0] : undefined;
  if (guessed) names.add(guessed);
  const known = settings.flatMap((setting) =>
    setting.path.includes('*')
      ? [...names].map((name) => ({ setting, variable: setting.variable.replace('*', name) }))
      : [{ setting, variable: setting.variable }],
  );
  const candidates = known.flatMap(({ setting, variable: name }) =>
    setting.secret ? [name, name + FILE_SUFFIX] : [name],
  );
  return didYouMean(variable, [...candidates, FILE_VARIABLE]);
}
