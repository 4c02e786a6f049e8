/** What the collections hold, with a schema for each: the records of `store copy`, and those that it leaves out. */
import { z } from 'zod';
import type { PlatformId, TenantId } from '../../runtime/ids.js';
import type { Actor, MappingTarget, StagedChangeSet, StagedReport, StagedRow, StagedTarget } from '../ports.js';
import { transferSchemas, type TransferRecords } from '../transfer-records.js';

export interface StoredRecords extends TransferRecords {
  stagedSets: StagedChangeSet;
  stagedRows: StagedRow & { setId: string };
}

export type StoredName = keyof StoredRecords;

const text = z.string();
const integer = z.int();
const branded = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string', 'must be text');
/** JSON that comes back as it was given. */
const json = <Value extends object>() =>
  z.custom<Value>((value) => typeof value === 'object' && value !== null, 'must be an object');

export const storedSchemas: { [Name in StoredName]: z.ZodType<StoredRecords[Name]> } = {
  ...transferSchemas,
  stagedSets: z.strictObject({
    id: text,
    tenantId: branded<TenantId>(),
    deployment: z.strictObject({ platformId: branded<PlatformId>(), deploymentId: text }).exactOptional(),
    kind: z.enum(['import', 'rules', 'bulk', 'copy', 'undo', 'repair']),
    summary: text,
    status: z.enum(['reading', 'ready', 'applying', 'applied', 'failed']),
    counts: z.strictObject({ add: integer, change: integer, remove: integer, same: integer, error: integer }),
    launches: integer,
    done: integer,
    total: integer.exactOptional(),
    errorCode: text.exactOptional(),
    reason: text.exactOptional(),
    jobId: text.exactOptional(),
    report: json<StagedReport>().exactOptional(),
    createdBy: json<Actor>(),
    createdAtMs: integer,
    updatedAtMs: integer,
    expiresAtMs: integer,
  }),
  stagedRows: z.strictObject({
    setId: text,
    row: integer,
    courseKey: text,
    courseTitle: text.exactOptional(),
    courseLabel: text.exactOptional(),
    effect: z.enum(['add', 'change', 'remove', 'same', 'error']),
    expectedVersion: integer.exactOptional(),
    before: json<MappingTarget>().exactOptional(),
    to: json<StagedTarget>().exactOptional(),
    launches: integer,
    problems: z.array(z.strictObject({ column: text.exactOptional(), problem: text, value: text.exactOptional() })),
  }),
};
