/** Finds records of the audit. The store knows tenant and order; kind of change and person are looked for in pages. */
import { AppError } from '../errors/app-error.js';
import type { Parameters } from '../http/types.js';
import type { TenantId } from '../runtime/ids.js';
import type { AuditRecord, AuditStore } from '../store/ports.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PAGE = 500;
/** How far one request looks back for what is rare; the next one goes on from there. */
const MAX_LOOKED_AT = 5_000;

/** As it stands in the address. */
export interface AuditQuery {
  tenant?: TenantId;
  /** Beginning of the action, e.g. `mapping.` */
  action?: string;
  /** Part of the id or the address of who did it, in whatever case. */
  who?: string;
  /** The id to go on after. */
  before?: string;
}

/** Throws INPUT_INVALID for a repeated parameter and for a place that is not the id of a record. */
export function readAuditQuery(query: Parameters): AuditQuery {
  const single = (name: string): string | undefined => {
    if (query.count(name) > 1) throw new AppError('INPUT_INVALID', { reason: `${name} is repeated` });
    const value = query.get(name)?.trim();
    return value === '' ? undefined : value;
  };
  if (query.count('before') > 0 && !UUID.test(query.get('before') ?? '')) {
    throw new AppError('INPUT_INVALID', { reason: 'before is not the id of a record' });
  }
  const [tenant, action, who, before] = ['tenant', 'action', 'who', 'before'].map(single);
  return {
    ...(tenant === undefined ? {} : { tenant: tenant as TenantId }),
    ...(action === undefined ? {} : { action }),
    ...(who === undefined ? {} : { who }),
    ...(before === undefined ? {} : { before }),
  };
}

export function fits({ action, actor }: AuditRecord, wish: Pick<AuditQuery, 'action' | 'who'>): boolean {
  if (wish.action !== undefined && !action.startsWith(wish.action)) return false;
  const who = `${actor.id ?? actor.kind} ${actor.address ?? ''}`.toLowerCase();
  return wish.who === undefined || who.includes(wish.who.toLowerCase());
}

export interface AuditPage {
  /** Newest first, at most as many as were asked for. */
  records: AuditRecord[];
  /** Where to go on; absent at the end. */
  next?: string;
  /** The search ended before the audit did: what is older was not looked at. */
  lookedBackToMs?: number;
}

export async function searchAudit(
  audit: Pick<AuditStore, 'list'>,
  query: AuditQuery,
  limit: number,
): Promise<AuditPage> {
  const isSearch = query.action !== undefined || query.who !== undefined;
  const size = isSearch ? PAGE : limit + 1;
  const found: AuditRecord[] = [];
  let { before } = query;
  for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += size) {
    const page = await audit.list({
      limit: size,
      ...(before === undefined ? {} : { before }),
      ...(query.tenant === undefined ? {} : { tenantId: query.tenant }),
    });
    found.push(...page.filter((record) => fits(record, query)));
    if (found.length > limit) return { records: found.slice(0, limit), ...nextOf(found[limit - 1]) };
    if (page.length < size) return { records: found };
    const last = page.at(-1);
    before = last?.id;
    if (lookedAt + size >= MAX_LOOKED_AT && last) {
      return { records: found, next: last.id, lookedBackToMs: last.atMs };
    }
  }
  return { records: found };
}

const nextOf = (record: AuditRecord | undefined): Pick<AuditPage, 'next'> => (record ? { next: record.id } : {});
