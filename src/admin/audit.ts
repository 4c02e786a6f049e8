/** The audit screen and its export: who changed what, when and from where. */
import { stringify } from 'csv-stringify/sync';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { RequestFacts } from '../http/types.js';
import type { TenantId } from '../runtime/ids.js';
import type { Actor, AuditRecord, AuditStore, Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { fits, readAuditQuery, searchAudit, type AuditQuery } from './audit-search.js';
import { jsonChanges, type JsonChange } from './json-changes.js';
import { ADMIN_PATHS } from './paths.js';

const TEMPLATE = fileURLToPath(new URL('./audit.eta', import.meta.url));
const SHOWN = 50;
const PAGE = 500;

interface AuditRow {
  iso: string;
  date: string;
  time: string;
  kind: Actor['kind'];
  who: string | undefined;
  address: string | undefined;
  action: string;
  target: string;
  /** What people call the target. */
  name: string | undefined;
  changes: JsonChange[];
}

/** The words for people that a record of the audit holds, of whatever aggregate it is. */
const nameOf = (record: unknown): string | undefined => {
  if (typeof record !== 'object' || record === null) return undefined;
  const { summary, courseTitle, name, deploymentId } = record as Record<string, unknown>;
  return [summary, courseTitle, name, deploymentId].find((value) => typeof value === 'string');
};

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
    name: nameOf(after ?? before),
    changes: jsonChanges(before, after),
  };
};

const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

const COLUMNS = ['id', 'time', 'by', 'who', 'address', 'action', 'target', 'tenant', 'before', 'after'];

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
const toCsv = (records: readonly AuditRecord[], { isFirst }: { isFirst: boolean }): string =>
  stringify(
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
    { header: isFirst, columns: COLUMNS, escape_formulas: true, bom: isFirst, record_delimiter: '\r\n' },
  );

/** Newest first, page by page: an export of years never stands in memory as a whole. */
async function* exportOf(audit: Pick<AuditStore, 'list'>, query: AuditQuery): AsyncGenerator<string> {
  yield toCsv([], { isFirst: true });
  let { before } = query;
  for (;;) {
    const records = await audit.list({
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
      ...(query.tenant === undefined ? {} : { tenantId: query.tenant }),
    });
    yield toCsv(
      records.filter((record) => fits(record, query)),
      { isFirst: false },
    );
    before = records.at(-1)?.id;
    if (records.length < PAGE) return;
  }
}

const addressOf = (path: string, query: AuditQuery): string => {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined));
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
};

export function createAuditRoutes({ store }: { store: Pick<Store, 'audit' | 'tenants'> }): AdminRoute[] {
  /** A tenant that is none would show an empty audit, which says something untrue. */
  const readQuery = async ({ query }: Pick<RequestFacts, 'query'>): Promise<AuditQuery> => {
    const wish = readAuditQuery(query);
    if (wish.tenant !== undefined && !(await store.tenants.find(wish.tenant))) {
      throw new AppError('INPUT_INVALID', { reason: 'there is no such LMS' });
    }
    return wish;
  };

  return [
    {
      method: 'GET',
      path: ADMIN_PATHS.audit,
      template: ADMIN_PATHS.audit,
      role: 'viewer',
      async handler(request, screen) {
        const wish = await readQuery(request);
        const { before, ...lasting } = wish;
        const [found, tenants] = await Promise.all([searchAudit(store.audit, wish, SHOWN), store.tenants.list()]);
        return screen.page(TEMPLATE, {
          title: screen.messages.text('admin.audit.title'),
          section: 'audit',
          styles: ['inspector.css'],
          rows: found.records.map(toRow),
          path: ADMIN_PATHS.audit,
          wish,
          isFiltered: Object.keys(lasting).length > 0,
          tenants: tenants.map(({ id, name }: { id: TenantId; name: string }) => ({ id, name })),
          olderUrl:
            found.next === undefined ? undefined : addressOf(ADMIN_PATHS.audit, { ...lasting, before: found.next }),
          lookedBackTo: found.lookedBackToMs === undefined ? undefined : new Date(found.lookedBackToMs).toISOString(),
          newestUrl: before === undefined ? undefined : addressOf(ADMIN_PATHS.audit, lasting),
          exportUrl: addressOf(ADMIN_PATHS.auditCsv, lasting),
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
        const query = await readQuery(request);
        return {
          status: 200,
          headers: {
            'Content-Type': 'text/csv; charset=utf-8',
            'Content-Disposition': 'attachment; filename="playcontext-audit.csv"',
          },
          body: exportOf(store.audit, query),
        };
      },
    },
  ];
}
