/** The form of what an admin enters about a platform: the same for screens and command line. */
import { z } from 'zod';
import { cleanApplicationName } from '../adapter-sdk/index.js';
import type { Config } from '../config/schema.js';
import { originOf } from './origins.js';

/** What is wrong with a field, as a word that the screens have a sentence for. */
export const PROBLEMS = [
  'missing',
  'too-long',
  'url',
  'url-https',
  'application-name',
  'origin',
  'host',
  'number',
  'choice',
  'namespace',
  'namespace-taken',
  'twin',
  'rule',
  'account',
  'tenant',
  'confirm-name',
  'adapter-setting',
  'discovery-address',
  'discovery-failed',
  'discovery-form',
  'discovery-issuer',
] as const;
export type ProblemWord = (typeof PROBLEMS)[number];

export interface FieldProblem {
  /** Name of the form field. */
  field: string;
  problem: ProblemWord;
  /** What the sentence mentions: the largest length, the other platform's name, … */
  detail?: string;
}

const WORD_OF_ISSUE: Readonly<Record<string, ProblemWord>> = { too_small: 'missing', too_big: 'too-long' };

const word = (problem: ProblemWord, error: string) => ({ error, params: { problem } });

const text = (max: number) => z.string().trim().min(1).max(max);

/** Free of credentials: they would be shown, logged and sent along. */
const isPlainUrl = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
};

/** A host as `URL.host` writes it, e.g. `api.example.edu` or `api.example.edu:8443`. */
const isHost = (value: string): boolean =>
  URL.canParse(`https://${value}`) && new URL(`https://${value}`).host === value && !/[/?#@]/.test(value);

/** One schema for each thing that is entered. `url` and `optionalUrl` follow what the installation allows. */
export function platformFields({ dangerouslyAllowHttp }: Pick<Config, 'dangerouslyAllowHttp'>) {
  const protocols = dangerouslyAllowHttp ? ['http:', 'https:'] : ['https:'];
  const error = `must be an ${dangerouslyAllowHttp ? 'http or https' : 'https'} URL`;
  const url = z
    .string()
    .trim()
    .max(1_000)
    .refine(
      (value) => isPlainUrl(value) && protocols.includes(new URL(value).protocol),
      word(dangerouslyAllowHttp ? 'url' : 'url-https', error),
    );
  return {
    name: text(100),
    issuer: text(255),
    clientId: text(255),
    authorizationUrl: url,
    jwksUrl: url,
    tokenUrl: url,
    tokenAudience: text(255),
    deploymentId: text(255),
    rootCategory: text(400),
    courseKey: text(255),
    contact: text(500),
    applicationName: z
      .string()
      .refine(
        (name) => cleanApplicationName(name) === name,
        word('application-name', 'must be 1–60 characters without a comma'),
      ),
    origin: z
      .string()
      .trim()
      .refine(
        (origin) => originOf(origin) === origin,
        word('origin', 'must be an origin like https://portal.example.edu'),
      ),
    host: z.string().trim().toLowerCase().max(255).refine(isHost, word('host', 'must be a host like api.example.edu')),
    uiConfId: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number),
  };
}

export type PlatformFields = ReturnType<typeof platformFields>;

/** What a schema found wrong, one problem a field: the first one. */
export function problemsOf({ issues }: z.ZodError): FieldProblem[] {
  const found = new Map<string, FieldProblem>();
  for (const issue of issues) {
    const field = String(issue.path[0] ?? '');
    if (found.has(field)) continue;
    const told = issue.code === 'custom' ? (issue.params?.['problem'] as ProblemWord | undefined) : undefined;
    found.set(field, {
      field,
      problem: told ?? WORD_OF_ISSUE[issue.code] ?? (issue.code === 'invalid_format' ? 'number' : 'missing'),
      ...(issue.code === 'too_big' ? { detail: String(issue.maximum) } : {}),
    });
  }
  return [...found.values()];
}

/** Lines of a text area: trimmed, without empty ones and repetitions. */
export const linesOf = (value: string): string[] => [
  ...new Set(
    value
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];
