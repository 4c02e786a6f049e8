import type { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import { genericBase } from './generic-base.js';
import type { Adapter, AdapterCapabilities, AdapterSettingsSchema } from './types.js';

/** The version of the contract between adapters and the program. */
export const ADAPTER_API_VERSION = 1;

const ID = /^[a-z][a-z0-9-]{1,30}$/;

/** The functions that an adapter consists of. */
export const ADAPTER_CALLS = [
  'recognise',
  'tenantHint',
  'viewer',
  'course',
  'roles',
  'application',
  'registration',
] as const;
/** Functions that an adapter may leave out and that have no generic answer. */
const OPTIONAL_CALLS = ['acceptsIssuer', 'endpoints'] as const;
export type AdapterCall = (typeof ADAPTER_CALLS)[number] | (typeof OPTIONAL_CALLS)[number];

type Named = 'id' | 'apiVersion' | 'title' | 'proof' | 'settings';

/** An adapter in which answers may be missing: the generic ones stand in. A missing `recognise` answers 0. */
export type AdapterDefinition<Schema extends AdapterSettingsSchema> = Pick<Adapter<Schema>, Named> &
  Partial<Omit<Adapter<Schema>, Named | 'capabilities'>> & { capabilities?: Partial<AdapterCapabilities> };

/**
 * A complete, frozen adapter. Checks at definition what can be checked without a launch: id, apiVersion, title, flat
 * settings of which each has a default, and that no function is async.
 *
 * @throws AppError `ADAPTER_INVALID`; `reason` says what to change.
 */
export function defineAdapter<Schema extends AdapterSettingsSchema>(
  definition: AdapterDefinition<Schema>,
): Adapter<Schema> {
  const { capabilities, ...given } = definition;
  const adapter: Adapter<Schema> = {
    ...genericBase,
    recognise: () => 0,
    ...given,
    capabilities: Object.freeze({ ...genericBase.capabilities, ...capabilities }),
  };
  checkShape(adapter);
  return Object.freeze(adapter);
}

/** Takes nothing for granted: outside adapters are JavaScript. */
function checkShape(adapter: Partial<Record<keyof Adapter, unknown>>): void {
  if (typeof adapter.id !== 'string' || !ID.test(adapter.id)) {
    throw invalid(`an id has the form ${ID.source}`);
  }
  const { id } = adapter;
  const refuse = (reason: string): AppError => invalid(reason, id);
  if (adapter.apiVersion !== ADAPTER_API_VERSION) throw refuse(`apiVersion must be ${ADAPTER_API_VERSION}`);
  if (adapter.proof !== 'lti13') throw refuse('proof must be lti13');
  if (typeof adapter.title !== 'string' || adapter.title.trim() === '') throw refuse('title is missing');
  for (const [name, value] of Object.entries(adapter.capabilities as object) as [string, unknown][]) {
    if (typeof value !== 'boolean') throw refuse(`capability ${name} must be true or false`);
  }
  for (const call of [...ADAPTER_CALLS, ...OPTIONAL_CALLS.filter((name) => adapter[name] !== undefined)]) {
    const answer = adapter[call];
    if (typeof answer !== 'function') throw refuse(`${call} must be a function`);
    if (answer.constructor.name !== 'Function') throw refuse(`${call} must be a plain synchronous function`);
  }
  const problem = problemOfSettings(adapter.settings);
  if (problem !== undefined) throw refuse(problem);
}

/** The admin form is drawn from the settings, and a new platform starts with `{}`. */
function problemOfSettings(settings: unknown): string | undefined {
  const schema = settings as Partial<z.ZodObject> | undefined;
  if (typeof schema?.safeParse !== 'function' || typeof schema.shape !== 'object') {
    return 'settings must be a zod object';
  }
  const defaults = schema.safeParse({});
  if (!defaults.success) return 'each setting must have a default';
  for (const name of Object.keys(schema.shape)) {
    const value = defaults.data[name];
    if (value === undefined) return `setting ${name} must have a default`;
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      return `setting ${name} must be a string, a number or a boolean`;
    }
  }
  return undefined;
}

const invalid = (reason: string, id?: string): AppError =>
  new AppError('ADAPTER_INVALID', {
    reason: id === undefined ? `adapter: ${reason}` : `adapter ${id}: ${reason}`,
    details: { adapter: id },
  });
