/** Blocks about addresses and ids: whom the platform is believed to be, and which sites it has to do with. */
import { z } from 'zod';
import type { Parameters } from '../../../http/types.js';
import type { PlatformRecord } from '../../../store/ports.js';
import { linesOf, problemsOf, type FieldProblem, type ProblemWord } from '../../platform-fields.js';
import { filled, settingsChange, type FieldView, type Setting } from './setting.js';

const ENDPOINTS = ['issuer', 'clientId', 'authorizationUrl', 'jwksUrl', 'tokenUrl', 'tokenAudience'] as const;
const MAX_LINES = 50;

const connection: Setting = {
  id: 'connection',
  title: 'platforms.setting.connection',
  hint: 'platforms.setting.connection.hint',
  form: (platform, { text }) =>
    ENDPOINTS.map((name): FieldView => ({
      name,
      label: text(`platforms.field.${name}`),
      hint: text(`platforms.field.${name}.hint`),
      kind: 'text',
      value: platform[name] ?? '',
      exact: true,
    })),
  summary: ({ issuer }) => issuer,
  read(form, _platform, { fields }) {
    const read = z
      .object({
        issuer: fields.issuer,
        clientId: fields.clientId,
        authorizationUrl: fields.authorizationUrl,
        jwksUrl: fields.jwksUrl,
        tokenUrl: fields.tokenUrl.nullable(),
        tokenAudience: fields.tokenAudience.nullable(),
      })
      .safeParse({
        ...Object.fromEntries(ENDPOINTS.map((name) => [name, form.get(name) ?? ''])),
        tokenUrl: filled(form, 'tokenUrl') ?? null,
        tokenAudience: filled(form, 'tokenAudience') ?? null,
      });
    return read.success ? { ok: true, changes: read.data } : { ok: false, problems: problemsOf(read.error) };
  },
  async warn(platform, changed, { text, store }) {
    const { issuer, clientId } = changed;
    const warnings = [text('platforms.warn.connection')];
    if (issuer === platform.issuer && clientId === platform.clientId) return warnings;
    const twin = await findTwin({ issuer, clientId, except: platform }, store);
    return twin ? [...warnings, text('platforms.warn.twin', { name: twin.name })] : warnings;
  },
};

/** Another platform with the same issuer and client id: then each needs its own login URL in the LMS. */
export async function findTwin(
  { issuer, clientId, except }: { issuer: string; clientId: string; except?: PlatformRecord },
  { platforms }: { platforms: { findByIssuer(issuer: string, clientId?: string): Promise<PlatformRecord[]> } },
): Promise<PlatformRecord | undefined> {
  const found = await platforms.findByIssuer(issuer, clientId);
  return found.find(({ id }) => id !== except?.id);
}

/** Lines of a text area, each checked by itself; the problem names the first wrong one. */
function readLines(
  form: Parameters,
  field: string,
  { schema, problem }: { schema: z.ZodType<string>; problem: ProblemWord },
): { ok: true; lines: string[] } | { ok: false; problems: FieldProblem[] } {
  const typed = linesOf(form.get(field) ?? '');
  if (typed.length > MAX_LINES) {
    return { ok: false, problems: [{ field, problem: 'too-long', detail: String(MAX_LINES) }] };
  }
  const lines: string[] = [];
  for (const line of typed) {
    const read = schema.safeParse(line);
    if (!read.success) return { ok: false, problems: [{ field, problem, detail: line.slice(0, 100) }] };
    lines.push(read.data);
  }
  return { ok: true, lines: [...new Set(lines)] };
}

const acceptedIssuers: Setting = {
  id: 'accepted-issuers',
  title: 'platforms.setting.accepted-issuers',
  hint: 'platforms.setting.accepted-issuers.hint',
  form: (platform, { text }) => [
    {
      name: 'acceptedIssuers',
      label: text('platforms.field.acceptedIssuers'),
      hint: text('platforms.oneALine'),
      kind: 'lines',
      value: platform.acceptedIssuers.join('\n'),
      exact: true,
    },
  ],
  summary: (platform, { text }) => text('platforms.values', { count: platform.acceptedIssuers.length }),
  read(form, _platform, { fields }) {
    const read = readLines(form, 'acceptedIssuers', { schema: fields.issuer, problem: 'too-long' });
    return read.ok ? { ok: true, changes: { acceptedIssuers: read.lines } } : read;
  },
  warn: (_platform, changed, { text }) =>
    changed.acceptedIssuers.length === 0 ? [] : [text('platforms.warn.acceptedIssuers')],
};

const frameOrigins: Setting = {
  id: 'frame-origins',
  title: 'platforms.setting.frame-origins',
  hint: 'platforms.setting.frame-origins.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'frameOrigins',
      label: text('platforms.field.frameOrigins'),
      hint: `${text('platforms.oneALine')} ${text('platforms.field.frameOrigins.hint')}`,
      kind: 'lines',
      value: settings.frameOrigins.join('\n'),
      exact: true,
    },
  ],
  summary: ({ settings }, { text }) =>
    settings.frameOrigins.join(', ') || text('platforms.values', { count: settings.frameOrigins.length }),
  read(form, platform, { fields }) {
    const read = readLines(form, 'frameOrigins', { schema: fields.origin, problem: 'origin' });
    return read.ok ? { ok: true, changes: settingsChange(platform, { frameOrigins: read.lines }) } : read;
  },
};

const serviceHosts: Setting = {
  id: 'service-hosts',
  title: 'platforms.setting.service-hosts',
  hint: 'platforms.setting.service-hosts.hint',
  form: ({ settings }, { text }) => [
    {
      name: 'serviceHosts',
      label: text('platforms.field.serviceHosts'),
      hint: `${text('platforms.oneALine')} ${text('platforms.field.serviceHosts.hint')}`,
      kind: 'lines',
      value: (settings.serviceHosts ?? []).join('\n'),
      exact: true,
    },
  ],
  summary: ({ settings }, { text }) => settings.serviceHosts?.join(', ') ?? text('platforms.values', { count: 0 }),
  read(form, platform, { fields }) {
    const read = readLines(form, 'serviceHosts', { schema: fields.host, problem: 'host' });
    if (!read.ok) return read;
    return {
      ok: true,
      changes: settingsChange(platform, { serviceHosts: read.lines.length === 0 ? undefined : read.lines }),
    };
  },
};

export const frameSettings: readonly Setting[] = [frameOrigins];
export const connectionSettings: readonly Setting[] = [connection, acceptedIssuers, serviceHosts];
