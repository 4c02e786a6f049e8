/** The audit screen and its export: who changed what, when and from where. */
import { stringify } from 'csv-stringify/sync';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { RequestFacts } from '../http/types.js';
import type { Actor, AuditRecord, AuditStore } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { jsonChanges, type JsonChange } from './json-changes.js';
import { ADMIN_PATHS } from './paths.js';

const TEMPLATE = fileURLToPath(new URL('./audit.eta', import.meta.url));
const SHOWN = 50;
const PAGE = 500;
export const MAX_EXPORTED = 50_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface AuditRow {
  iso: string;
  date: string;
  time: string;
  kind: Actor['kind'];
  who: string | undefined;
  address: string | undefined;
  action: string;
  target: string;
  changes: JsonChange[];
}

const toRow = ({ atMs, actor, action, target, before, after }: AuditRecord): AuditRow => {
  const iso = new Date(atMs).toISOString();
  return {
    iso,
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    kind: actor.kind,
    who: actor.id?.replace(/^link:/, ''),
    address: actor.address,
    action,
    target,
    changes: jsonChanges(before, after),
  };
};

/** `before` of the query: the id to go on after. Throws INPUT_INVALID for anything else. */
function cursorOf({ query }: Pick<RequestFacts, 'query'>): string | undefined {
  if (query.count('before') === 0) return undefined;
  const before = query.get('before');
  if (before === undefined || !UUID.test(before)) {
    throw new AppError('INPUT_INVALID', { reason: 'before is not the id of a record' });
  }
  return before;
}

async function readPage(audit: AuditStore, limit: number, before: string | undefined): Promise<AuditRecord[]> {
  return audit.list({ limit, ...(before === undefined ? {} : { before }) });
}

/** Newest first, at most `MAX_EXPORTED`. */
async function readAll(audit: AuditStore, start: string | undefined): Promise<AuditRecord[]> {
  const all: AuditRecord[] = [];
  let before = start;
  while (all.length < MAX_EXPORTED) {
    const records = await readPage(audit, PAGE, before);
    all.push(...records);
    before = records.at(-1)?.id;
    if (records.length < PAGE) break;
  }
  return all.slice(0, MAX_EXPORTED);
}

const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
function toCsv(records: readonly AuditRecord[]): string {
  return stringify(
    records.map(({ id, atMs, actor, action, target, tenantId, before, after }) => [
      id,
      new Date(atMs).toISOString(),
      actor.kind,
      actor.id ?? '',
      actor.address ?? '',
      action,
      target,
      tenantId ?? '',
      json(before),
      json(after),
    ]),
    {
      header: true,
      columns: ['id', 'time', 'by', 'who', 'address', 'action', 'target', 'tenant', 'before', 'after'],
      escape_formulas: true,
      bom: true,
      record_delimiter: '\r\n',
    },
  );
}

export function createAuditRoutes({ audit }: { audit: AuditStore }): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: ADMIN_PATHS.audit,
      template: ADMIN_PATHS.audit,
      role: 'viewer',
      async handler(request, screen) {
        const before = cursorOf(request);
        const records = await readPage(audit, SHOWN + 1, before);
        const shown = records.slice(0, SHOWN);
        return screen.page(TEMPLATE, {
          title: screen.messages.text('admin.audit.title'),
          section: 'audit',
          rows: shown.map(toRow),
          olderUrl: records.length > SHOWN ? `${ADMIN_PATHS.audit}?before=${shown.at(-1)?.id ?? ''}` : undefined,
          newestUrl: before === undefined ? undefined : ADMIN_PATHS.audit,
          exportUrl: ADMIN_PATHS.auditCsv,
          maxExported: MAX_EXPORTED.toLocaleString('en'),
          mayEndSessions: screen.session.role === 'owner',
          settingsUrl: ADMIN_PATHS.settings,
        });
      },
    },
    {
      method: 'GET',
      path: ADMIN_PATHS.auditCsv,
      template: ADMIN_PATHS.auditCsv,
      role: 'viewer',
      async handler(request) {
        return {
          status: 200,
          headers: {
            'Content-Type': 'text/csv; charset=utf-8',
            'Content-Disposition': 'attachment; filename="playcontext-audit.csv"',
          },
          body: toCsv(await readAll(audit, cursorOf(request))),
        };
      },
    },
  ];
}
