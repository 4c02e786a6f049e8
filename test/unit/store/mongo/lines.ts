/** Commands as short lines, for a test to say what is sent. Limits and concerns, the same for all, are left out. */
import { nameOf } from './scripted.js';
import type { Command } from './wire.js';

const COMMON = [
  '$db',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'ordered',
  'singleBatch',
  'batchSize',
  'cursor',
];
const MADE_IDS = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const json = (value: unknown): string => JSON.stringify(value);

/** `{"$set":{…}}`, or the names of the fields where they are the whole record. */
function updateText(update: unknown): string {
  const parts = Object.entries(update as Record<string, Command>).map(([operator, fields]) =>
    Object.keys(fields).length > 4 ? `${operator} ${Object.keys(fields).join(',')}` : `${operator} ${json(fields)}`,
  );
  return parts.join(' ');
}

function rest(command: Command): string[] {
  const upsert = (of: Command): string[] => (of['upsert'] === true ? ['or insert'] : []);
  const of = (field: string, word: string): string[] =>
    command[field] === undefined ? [] : [word, json(command[field])];
  switch (nameOf(command)) {
    case 'insert':
      return (command['documents'] as Command[]).map(({ _id }) => json(_id));
    case 'update':
      return (command['updates'] as Command[]).map((one) =>
        [json(one['q']), updateText(one['u']), ...(one['multi'] === true ? ['multi'] : []), ...upsert(one)].join(' '),
      );
    case 'delete':
      return (command['deletes'] as Command[]).map(({ q, limit }) => `${json(q)}${limit === 0 ? '' : ' one'}`);
    case 'findAndModify':
      return command['remove'] === true
        ? [json(command['query']), 'remove']
        : [json(command['query']), updateText(command['update']), ...upsert(command)];
    case 'find':
      return [
        json(command['filter']),
        ...of('sort', 'by'),
        ...of('limit', 'limit'),
        ...(command['projection'] === undefined ? [] : ['only', Object.keys(command['projection'] as Command).join()]),
      ];
    default: {
      const others = Object.entries(command).filter(([key], index) => index > 0 && !COMMON.includes(key));
      return others.map(([key, value]) => `${key} ${json(value)}`);
    }
  }
}

/** `find platforms {"_id":"p"} limit 1`; ids that the store made are `<id>`. */
export const lineOf = (command: Command): string =>
  [nameOf(command), ...(command[nameOf(command)] === 1 ? [] : [String(command[nameOf(command)])]), ...rest(command)]
    .join(' ')
    .replace(MADE_IDS, '<id>');
