/** Checked readers for the columns of a row: what the database holds is not trusted to have the form that we expect. */
import type { ZodType } from 'zod';
import { AppError } from '../../errors/app-error.js';
import type { DeploymentKey } from '../ports.js';
import type { Row } from './database.js';

const unexpected = (column: string, cause?: unknown): AppError =>
  new AppError('STORE_UNAVAILABLE', { reason: `unexpected value in column ${column}`, cause });

/** Text of a NOT NULL column, with the branded type that the caller asks for. */
export function text<Text extends string = string>(row: Row, column: string): Text {
  const value = row[column];
  if (typeof value !== 'string') throw unexpected(column);
  return value as Text;
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unexpected(column);
  return value;
}

/** One of a closed list of words. */
export function oneOf<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = row[column];
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw unexpected(column);
  return word;
}

/** `{ [key]: value }`, or `{}` for NULL, to be spread into a record: an absent field stays absent. */
export function optionalText<Key extends string, Text extends string = string>(
  row: Row,
  column: string,
  key: Key,
): { [K in Key]?: Text } {
  return row[column] === null ? {} : ({ [key]: text<Text>(row, column) } as { [K in Key]?: Text });
}

/** As `optionalText`, for whole numbers. */
export function optionalInteger<Key extends string>(row: Row, column: string, key: Key): { [K in Key]?: number } {
  return row[column] === null ? {} : ({ [key]: integer(row, column) } as { [K in Key]?: number });
}

/** The deployment of a row that may have one in `platform_id` and `deployment_id`. */
export const optionalDeployment = (row: Row): { deployment?: DeploymentKey } =>
  row['deployment_id'] === null
    ? {}
    : { deployment: { platformId: text(row, 'platform_id'), deploymentId: text(row, 'deployment_id') } };

/** A JSON column, checked by its schema. */
export function json<Value>(row: Row, column: string, schema: ZodType<Value>): Value {
  try {
    return schema.parse(JSON.parse(text(row, column)));
  } catch (cause) {
    throw unexpected(column, cause);
  }
}

/** As `optionalText`, for a JSON column. */
export function optionalJson<Key extends string, Value>(
  row: Row,
  column: string,
  key: Key,
  schema: ZodType<Value>,
): { [K in Key]?: Value } {
  return row[column] === null ? {} : ({ [key]: json(row, column, schema) } as { [K in Key]?: Value });
}
