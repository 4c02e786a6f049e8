import { AppError } from '../../errors/app-error.js';
import type { TenantId } from '../../runtime/ids.js';
import type { MappingRecord, MappingStore } from '../ports.js';
import { noteChange } from './change-number.js';
import type { Database, Reader, Row } from './database.js';
import { integer, oneOf, optionalText, text } from './rows.js';
import { findTenant } from './tenants.js';

const ORIGINS = ['manual', 'automatic', 'inherited', 'matched', 'rule'] as const;

const COLUMNS = `tenant_id, course_key, course_title, course_label, category_id, category_full_name, origin, version,
  created_at_ms, updated_at_ms`;
const FIND = `SELECT ${COLUMNS} FROM mappings WHERE tenant_id = ? AND course_key = ?`;
// A category id means something in one account only: the mapping keeps the account that it was made in.
const INSERT = `INSERT INTO mappings (${COLUMNS}, account_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const BY_CATEGORY = `SELECT ${COLUMNS} FROM mappings WHERE account_id = ? AND category_id = ?
  ORDER BY created_at_ms, tenant_id, course_key`;

const toRecord = (row: Row): MappingRecord => ({
  tenantId: text(row, 'tenant_id'),
  courseKey: text(row, 'course_key'),
  ...optionalText(row, 'course_title', 'courseTitle'),
  ...optionalText(row, 'course_label', 'courseLabel'),
  categoryId: text(row, 'category_id'),
  categoryFullName: text(row, 'category_full_name'),
  origin: oneOf(row, 'origin', ORIGINS),
  version: integer(row, 'version'),
  createdAtMs: integer(row, 'created_at_ms'),
  updatedAtMs: integer(row, 'updated_at_ms'),
});

const findMapping = (sql: Reader, tenantId: TenantId, courseKey: string): MappingRecord | undefined => {
  const row = sql.get(FIND, tenantId, courseKey);
  return row === undefined ? undefined : toRecord(row);
};

export const createMappingStore = (durable: Database): MappingStore => {
  const find: MappingStore['find'] = (tenantId, courseKey) =>
    durable.read((sql) => findMapping(sql, tenantId, courseKey));

  return {
    find,

    async createIfAbsent(mapping) {
      const { tenantId, courseKey } = mapping;
      const known = await find(tenantId, courseKey);
      if (known !== undefined) return { created: false, mapping: known };
      return durable.write((sql) => {
        const createdMeanwhile = findMapping(sql, tenantId, courseKey);
        if (createdMeanwhile !== undefined) return { created: false, mapping: createdMeanwhile };
        const tenant = findTenant(sql, tenantId);
        if (tenant === undefined) {
          throw new AppError('STORE_CONFLICT', { reason: 'a mapping belongs to a tenant that exists' });
        }
        sql.run(
          INSERT,
          tenantId,
          courseKey,
          mapping.courseTitle,
          mapping.courseLabel,
          mapping.categoryId,
          mapping.categoryFullName,
          mapping.origin,
          1,
          mapping.createdAtMs,
          mapping.updatedAtMs,
          tenant.accountId,
        );
        noteChange(sql);
        return { created: true, mapping: toRecord(sql.get(FIND, tenantId, courseKey) ?? {}) };
      });
    },

    findByCategory: (accountId, categoryId) =>
      durable.read((sql) => sql.all(BY_CATEGORY, accountId, categoryId).map(toRecord)),
  };
};
