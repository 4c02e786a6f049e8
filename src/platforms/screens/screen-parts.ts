/** What the screens of platforms share. */
import { fileURLToPath } from 'node:url';
import type { AdapterRegistry } from '../../adapter-sdk/registry.js';
import type { Config } from '../../config/schema.js';
import { AppError } from '../../errors/app-error.js';
import type { Outbound } from '../../http/outbound.js';
import { noParameters } from '../../http/parameters.js';
import type { Parameters, RequestFacts } from '../../http/types.js';
import type { Clock } from '../../runtime/clock.js';
import type { PlatformId } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { PlatformRecord, Store } from '../../store/ports.js';
import type { AdminScreen } from '../../ui/admin-screen.js';
import type { OpenViewer } from './identity-preview.js';
import type { KeyChecks } from './key-checks.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import type { FieldProblem } from '../platform-fields.js';

export interface PlatformScreensDependencies {
  store: Store;
  registry: AdapterRegistry;
  config: Pick<Config, 'dangerouslyAllowHttp' | 'kaltura'>;
  outbound: Pick<Outbound, 'getJson'>;
  keyChecks: KeyChecks;
  /** Opens personal values: only for owners, and the audit says so. */
  openViewer: OpenViewer;
  pseudonymKey: Buffer;
  publicUrl: URL;
  clock: Clock;
  random: Random;
}

export const template = (name: string): string => fileURLToPath(new URL(`./${name}.eta`, import.meta.url));

/** Parts that templates include by their path. */
const PARTS = {
  field: template('part-field'),
  problems: template('part-problems'),
  setting: template('part-setting'),
  keys: template('part-keys'),
  steps: template('part-steps'),
  changes: template('part-changes'),
};

/** What every page of this room needs. */
export const pageFrame = {
  section: 'platforms' as const,
  styles: ['platforms.css'],
  parts: PARTS,
  listUrl: PLATFORMS_PATH,
};

export const isOwner = ({ session }: AdminScreen): boolean => session.role === 'owner';
export const isHtmx = ({ headers }: RequestFacts): boolean => headers['hx-request'] === 'true';
export const formOf = ({ form }: RequestFacts): Parameters => form ?? noParameters;

/** The platform that the path names. Throws `HTTP_NOT_FOUND`. */
export async function requirePlatform(
  { params }: Pick<RequestFacts, 'params'>,
  { platforms }: Pick<Store, 'platforms'>,
): Promise<PlatformRecord> {
  const platform = await platforms.findById((params['platformId'] ?? '') as PlatformId);
  if (!platform) throw new AppError('HTTP_NOT_FOUND', { reason: 'there is no such platform' });
  return platform;
}

/** The version that the form was made of. Throws `INPUT_INVALID`. */
export function versionOf(form: Parameters): number {
  const version = form.get('version') ?? '';
  if (!/^\d{1,15}$/.test(version)) throw new AppError('INPUT_INVALID', { reason: 'the form names no version' });
  return Number(version);
}

/** What was typed, for a form that is shown again: without what the form itself puts in. */
export const typedOf = (form: Parameters): [name: string, value: string][] =>
  form.entries().filter(([name]) => !['_csrf', 'version', 'confirm'].includes(name));

export interface TimeView {
  iso: string;
  date: string;
  time: string;
}

/** UTC, as the other screens of the admin show it. */
export function timeView(atMs: number): TimeView {
  const iso = new Date(atMs).toISOString();
  return { iso, date: iso.slice(0, 10), time: iso.slice(11, 16) };
}

export interface ProblemView {
  field: string;
  /** Of the field, for the summary at the top. */
  label: string | undefined;
  sentence: string;
}

export const problemViews = (
  problems: readonly FieldProblem[],
  { messages }: AdminScreen,
  fields: readonly { name: string; label: string }[] = [],
): ProblemView[] =>
  problems.map(({ field, problem, detail }) => ({
    field,
    label: fields.find(({ name }) => name === field)?.label,
    sentence: messages.text(`platforms.problem.${problem}`, { detail: detail ?? '' }),
  }));

export const adapterTitle = (registry: AdapterRegistry, id: string): string =>
  registry.list().find((adapter) => adapter.id === id)?.title ?? id;

/** Links at the top of a platform's pages. */
export const platformLinks = ({ id }: PlatformRecord) => ({
  self: platformPath(id),
  guide: platformPath(id, 'guide'),
  test: platformPath(id, 'first-launch'),
  status: platformPath(id, 'status'),
  remove: platformPath(id, 'delete'),
  deployments: platformPath(id, 'deployments'),
  checkKeys: platformPath(id, 'keys', 'check'),
  blockedFrames: platformPath(id, 'blocked-frames'),
  persons: platformPath(id, 'persons'),
  launches: `/admin/launches?platform=${encodeURIComponent(id)}`,
});
