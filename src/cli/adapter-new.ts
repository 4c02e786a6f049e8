/** `adapter new`: the start of an adapter in a folder of the author's own, made from `adapters/_template`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { builtInAdapters } from '../../adapters/index.js';
import { AppError } from '../errors/app-error.js';
import { packageVersion } from './version.js';

/** The template is a working adapter of these names, so that the checks of every adapter hold for it too. */
const TEMPLATE_ID = 'example-lms';
const TEMPLATE_TITLE = 'Example LMS';
const TEMPLATE = new URL('../../adapters/_template/', import.meta.url);
/**
 * npm packs no `.gitignore`, the build leaves every README.md behind, and a package.json inside a package means
 * something to Node.
 */
const RENAMED: Readonly<Record<string, string>> = {
  'gitignore.txt': '.gitignore',
  'package.template.json': 'package.json',
  'readme.template.md': 'README.md',
};

const NAME = /^[a-z][a-z0-9-]{1,30}$/;
const TITLE = /^[^\p{Cc}\p{Cs},'"`\\*{}<>$]{1,60}$/u;

/** What git, npm and file managers leave in a folder that is otherwise empty. */
const MAY_BE_THERE = new Set([
  '.git',
  '.DS_Store',
  '.npmrc',
  '.nvmrc',
  'LICENSE',
  'node_modules',
  'package-lock.json',
  'package.json',
]);
/** A package.json of nothing else is what `npm install` writes into an empty folder. */
const NPM_FIELDS = new Set(['dependencies', 'devDependencies', 'peerDependencies']);

interface Manifest {
  name: string;
  peerDependencies: Record<string, string>;
  [field: string]: unknown;
}

export interface NewAdapter {
  /** The adapter's id. */
  name: string;
  /** As people see it; by default the name with capitals: `my-lms` → "My Lms". */
  title?: string;
  /** An empty folder. */
  folder: string;
}

/**
 * Writes a complete adapter into the folder and answers with the files, relative to it.
 *
 * @throws AppError `INPUT_INVALID` for a name or title that cannot be one, and for a folder that holds something else;
 * nothing is written then
 */
export function writeNewAdapter({ name, title = titleOf(name), folder }: NewAdapter): string[] {
  checkName(name);
  if (!TITLE.test(title) || title.trim() !== title) {
    throw refuse('a title has 1 to 60 characters on one line, without commas, quotes and brackets');
  }
  const present = existingManifest(folder);
  const files = templateFiles();
  for (const { source, target } of files) {
    const text = readFileSync(source, 'utf8').replaceAll(TEMPLATE_ID, name).replaceAll(TEMPLATE_TITLE, title);
    mkdirSync(dirname(join(folder, target)), { recursive: true });
    writeFileSync(join(folder, target), target === 'package.json' ? manifest(text, present) : text);
  }
  return files.map(({ target }) => target);
}

function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw refuse(`the name of an adapter has 2 to 31 small letters, digits and hyphens, and begins with a letter`);
  }
  if (builtInAdapters.some(({ id }) => id === name)) {
    throw refuse(`playcontext has an adapter ${name} already; choose another name, e.g. ${name}-plus`);
  }
}

/** The package.json that is there, as an object; empty when there is none. */
function existingManifest(folder: string): Record<string, unknown> {
  const others = (existsSync(folder) ? readdirSync(folder) : []).filter((entry) => !MAY_BE_THERE.has(entry));
  if (others.length > 0) throw refuse(`${folder} is not empty: it holds ${others.slice(0, 3).join(', ')}`);
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return {};
  const found = readManifest(file);
  const fields = Object.keys(found).filter((field) => !NPM_FIELDS.has(field));
  if (fields.length > 0) throw refuse(`${file} belongs to something else: it has ${fields.slice(0, 3).join(', ')}`);
  return found;
}

function readManifest(file: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  } catch {
    // Falls through: neither kind of file is one that npm wrote.
  }
  throw refuse(`${file} is no package.json that can be read`);
}

/** What is installed already stays as it is, so that npm has nothing to fetch. */
function manifest(template: string, present: Record<string, unknown>): string {
  const { peerDependencies: _, ...fields } = JSON.parse(template) as Manifest;
  const range = `^${packageVersion()}`;
  const { dependencies = {}, devDependencies = {} } = present as Partial<Record<string, Record<string, string>>>;
  const isInstalled = 'playcontext' in dependencies || 'playcontext' in devDependencies;
  const made = {
    ...fields,
    peerDependencies: { playcontext: range },
    ...('dependencies' in present ? { dependencies } : {}),
    devDependencies: { ...devDependencies, ...(isInstalled ? {} : { playcontext: range }) },
  };
  return `${JSON.stringify(made, undefined, 2)}\n`;
}

function templateFiles(): { source: URL; target: string }[] {
  const root = fileURLToPath(TEMPLATE);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ source: new URL(path, TEMPLATE), target: RENAMED[path] ?? path }));
}

const titleOf = (name: string): string =>
  name
    .split('-')
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

const refuse = (reason: string): AppError => new AppError('INPUT_INVALID', { reason });

export function adapterNewCommand(): Command {
  return new Command('new')
    .description('Start an adapter in an empty folder of your own')
    .argument('<name>', 'id of the adapter: small letters, digits and hyphens, e.g. schoology')
    .option('--title <title>', 'the LMS as people call it; by default the name with capitals')
    .option('--folder <folder>', 'where to write it', '.')
    .action((name: string, { title, folder }: { title?: string; folder: string }) => {
      const target = resolve(folder);
      const files = writeNewAdapter({ name, folder: target, ...(title === undefined ? {} : { title }) });
      console.log(`Wrote the adapter ${name} to ${target}:\n`);
      for (const file of files) console.log(`  ${file}`);
      const enter = folder === '.' ? '' : `cd ${folder} && `;
      console.log(`\nNow run:\n\n  ${enter}npm install && npx playcontext adapter check .\n`);
    });
}
