/** The schema as a flat list of settings: what the environment may set, and what the documentation prints. */
import type { z } from 'zod';
import { configSchema } from './schema.js';

export type SettingKind = 'text' | 'integer' | 'boolean' | 'list';

export interface Setting {
  /** Keys from the root; `*` stands for the name of an account. */
  path: readonly string[];
  /** `PLAYCONTEXT_…`; `*` where the account's name goes. */
  variable: string;
  kind: SettingKind;
  /** The values that an enumeration allows. */
  choices?: readonly string[];
  required: boolean;
  default?: unknown;
  secret: boolean;
  description: string;
}

export const PREFIX = 'PLAYCONTEXT_';

/** `publicUrl` → `PUBLIC_URL`, `law-school` → `LAW_SCHOOL`. */
export const toVariablePart = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();

export const toVariable = (path: readonly string[]): string => PREFIX + path.map(toVariablePart).join('_');

/** The keys that may stand at `path`, or undefined where names are free or there is no object. */
export function keysAt(path: readonly PropertyKey[]): string[] | undefined {
  let schema: z.core.$ZodType | undefined = configSchema;
  for (const key of path) {
    const { def } = unwrap(schema);
    if (def.type === 'object') schema = shapeOf(def)[String(key)];
    else if (def.type === 'record') schema = (def as z.core.$ZodRecordDef).valueType;
    else return undefined;
    if (!schema) return undefined;
  }
  const { def } = unwrap(schema);
  return def.type === 'object' ? Object.keys(shapeOf(def)) : undefined;
}

function* walk(schema: z.core.$ZodType, path: readonly string[]): Generator<Setting> {
  const { def, required, defaultValue, meta } = unwrap(schema);
  if (def.type === 'object') {
    for (const [key, value] of Object.entries(shapeOf(def))) yield* walk(value, [...path, key]);
  } else if (def.type === 'record') {
    yield* walk((def as z.core.$ZodRecordDef).valueType, [...path, '*']);
  } else {
    yield {
      path,
      variable: toVariable(path),
      kind: kindOf(def),
      ...(def.type === 'enum' && { choices: Object.values((def as z.core.$ZodEnumDef).entries).map(String) }),
      required,
      ...(defaultValue !== undefined && { default: defaultValue }),
      secret: meta.secret === true,
      description: meta.description ?? '',
    };
  }
}

interface Unwrapped {
  def: z.core.$ZodTypeDef;
  required: boolean;
  defaultValue: unknown;
  meta: { description?: string | undefined; secret?: boolean };
}

/** Takes defaults, optionality and transformations off a schema, down to what an author writes. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  const unwrapped: Unwrapped = { def: schema._zod.def, required: true, defaultValue: undefined, meta: {} };
  for (let current: z.core.$ZodType | undefined = schema; current;) {
    const def: z.core.$ZodTypeDef = current._zod.def;
    unwrapped.meta = { ...(current as z.ZodType).meta(), ...unwrapped.meta };
    unwrapped.def = def;
    if (def.type === 'pipe') {
      current = (def as z.core.$ZodPipeDef).in;
    } else if (def.type === 'default' || def.type === 'prefault' || def.type === 'optional') {
      unwrapped.required = false;
      if (def.type !== 'optional') unwrapped.defaultValue ??= (def as z.core.$ZodDefaultDef).defaultValue;
      current = (def as z.core.$ZodOptionalDef).innerType;
    } else {
      current = undefined;
    }
  }
  return unwrapped;
}

function kindOf({ type }: z.core.$ZodTypeDef): SettingKind {
  if (type === 'number' || type === 'int') return 'integer';
  if (type === 'boolean') return 'boolean';
  return type === 'array' ? 'list' : 'text';
}

const shapeOf = (def: z.core.$ZodTypeDef): z.core.$ZodShape => (def as z.core.$ZodObjectDef).shape;

export const settings: readonly Setting[] = [...walk(configSchema, [])];
