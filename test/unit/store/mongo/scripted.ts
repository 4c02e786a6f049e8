/**
 * A store on a scripted server: every command that reaches it is kept as the driver sent it, and a sinon stub answers.
 * Nothing is stored; `documents` says what reads find.
 */
import { EventEmitter, once } from 'node:events';
import sinon from 'sinon';
import { schemaHistory } from '../../../../src/store/mongo/schema-history.js';
import { openMongoStore, type MongoStoreOptions } from '../../../../src/store/mongo/store.js';
import type { Store } from '../../../../src/store/ports.js';
import { NOW_MS, random } from '../../../support/store-fixtures.js';
import { startWireServer, type Answer, type Command, type WireServer } from './wire.js';

export const TIMEOUT_MS = 1_500;

/** What a database that is up to date says of itself. */
const CURRENT = [
  { _id: 'schema', value: schemaHistory.length },
  { _id: 'indexes', value: schemaHistory.length },
];

export interface Scripted {
  server: WireServer;
  /** By collection. A filter on one `_id` is kept; all else that a filter says is not. */
  documents: Record<string, Command[]>;
  /** Answers to commands by name; by default those of a server where everything goes well. */
  answer: sinon.SinonStub<[Command], Answer | Promise<Answer> | undefined>;
  /** All commands but those by which the driver watches the server. */
  sent: Command[];
  /** Forgets what was sent until now. */
  forget(): void;
  /** Resolves with the next command of this name. */
  next(name: string): Promise<Command>;
  log: { info: sinon.SinonSpy<[object, string]>; warn: sinon.SinonSpy<[object, string]> };
  /** Opens the store, and waits until it has looked after its indexes. */
  open(options?: Partial<MongoStoreOptions>): Promise<Store>;
  /** Opens the store and waits for nothing more. */
  openAtOnce(options?: Partial<MongoStoreOptions>): Promise<Store>;
  close(): Promise<void>;
}

export const nameOf = (command: Command): string => Object.keys(command)[0] ?? '';

const failure = (code: number, codeName: string, more: Command = {}): Command => ({
  ok: 0,
  code,
  codeName,
  errmsg: `${codeName}: secret text of the server`,
  ...more,
});

/** How a server refuses. Its message quotes what nobody may read. */
export const failures = {
  duplicateKey: failure(11000, 'DuplicateKey'),
  notPrimary: failure(10107, 'NotWritablePrimary'),
  tooLate: failure(50, 'MaxTimeMSExpired'),
  unauthorised: failure(13, 'Unauthorized'),
  noTransactions: failure(20, 'IllegalOperation'),
  notInTransactions: failure(263, 'OperationNotSupportedInTransaction'),
  conflict: failure(112, 'WriteConflict', { errorLabels: ['TransientTransactionError'] }),
  unknown: failure(9_999, 'Strange'),
} as const;

const isObject = (value: unknown): value is Command => typeof value === 'object' && value !== null;

function plainFilter(filter: Command): Command {
  return Object.fromEntries(
    Object.entries(filter).filter(([field, value]) => !field.startsWith('$') && !isObject(value)),
  );
}

/** What the documents have in common that are counted: a value that somebody asked for, or nothing. */
function groupOf(command: Command): unknown {
  const { $match, $group } = Object.assign({}, ...(command['pipeline'] as Command[])) as Record<string, Command>;
  const field = $group?.['_id'];
  if (typeof field !== 'string') return 1;
  return ($match?.[field.slice(1)] as { $in: string[] }).$in[0];
}

function defaultAnswer(command: Command, { documents, address, replicaSet }: Script): Answer {
  const name = nameOf(command);
  const stored = (filter: unknown): Command[] => {
    const id = isObject(filter) ? filter['_id'] : undefined;
    const all = documents[String(command[name])] ?? [];
    return typeof id === 'string' ? all.filter(({ _id }) => _id === id) : all;
  };
  const cursor = (batch: Command[]): Command => ({ ok: 1, cursor: { id: 0n, ns: 'd.c', firstBatch: batch } });
  switch (name) {
    case 'hello':
    case 'ismaster':
      return {
        ok: 1,
        ismaster: true,
        isWritablePrimary: true,
        helloOk: true,
        maxBsonObjectSize: 16_777_216,
        maxMessageSizeBytes: 48_000_000,
        maxWriteBatchSize: 100_000,
        logicalSessionTimeoutMinutes: 30,
        minWireVersion: 0,
        maxWireVersion: 21,
        ...(replicaSet ? { setName: 'rs', hosts: [address()], primary: address(), me: address(), setVersion: 1 } : {}),
      };
    case 'find':
      return cursor(stored(command['filter']));
    case 'aggregate':
      return cursor(stored({}).length === 0 ? [] : [{ _id: groupOf(command), n: stored({}).length }]);
    case 'insert':
      return { ok: 1, n: (command['documents'] as Command[]).length };
    case 'update':
      return { ok: 1, n: (command['updates'] as Command[]).length };
    case 'delete':
      return { ok: 1, n: 0 };
    case 'findAndModify': {
      const query = command['query'] as Command;
      const [found] = stored(query);
      if (command['remove'] === true) return { ok: 1, value: found ?? null };
      // Documents that a test names, and none of them is it.
      const others = documents[String(command[name])] ?? [];
      if (found === undefined && others.length > 0 && command['upsert'] !== true) return { ok: 1, value: null };
      const { $set, $setOnInsert } = command['update'] as { $set?: Command; $setOnInsert?: Command };
      return { ok: 1, value: { ...$setOnInsert, ...plainFilter(query), ...found, ...$set } };
    }
    default:
      return { ok: 1 };
  }
}

interface Script {
  documents: Record<string, Command[]>;
  address: () => string;
  replicaSet: boolean;
}

/** Starts a server that says it belongs to a replica set, unless told otherwise. */
export async function startScripted({ replicaSet = true }: { replicaSet?: boolean } = {}): Promise<Scripted> {
  const documents: Record<string, Command[]> = { meta: CURRENT };
  const sent: Command[] = [];
  const arrivals = new EventEmitter();
  const answer = sinon.stub<[Command], Answer | Promise<Answer> | undefined>();

  /** Nobody asks before it listens. */
  const address = (): string => server.uri.slice('mongodb://'.length, -1);
  const server: WireServer = await startWireServer(async (command) => {
    const name = nameOf(command);
    const watching =
      (name === 'hello' && command['client'] === undefined && command['lsid'] === undefined) || name === 'ismaster';
    if (!watching && name !== 'endSessions') {
      sent.push(command);
      arrivals.emit(name, command);
    }
    return (await answer(command)) ?? defaultAnswer(command, { documents, address, replicaSet });
  });
  const stores: Store[] = [];
  const tell = (_facts: object, message: string): void => {
    if (message.includes('indexes')) arrivals.emit('indexed');
  };
  const log = { info: sinon.spy(tell), warn: sinon.spy(tell) };

  const openAtOnce: Scripted['openAtOnce'] = async (options = {}) => {
    const uri = `${server.uri}campus${replicaSet ? '?replicaSet=rs' : ''}`;
    const clock = { nowMs: () => NOW_MS };
    const store = await openMongoStore({ uri, timeoutMs: TIMEOUT_MS, clock, random, log, ...options });
    stores.push(store);
    return store;
  };

  return {
    server,
    documents,
    answer,
    sent,
    forget: () => void sent.splice(0),
    async next(name) {
      const [command] = (await once(arrivals, name)) as [Command];
      return command;
    },
    log,
    async open(options) {
      const indexed = once(arrivals, 'indexed');
      const store = await openAtOnce(options);
      await indexed;
      return store;
    },
    openAtOnce,
    async close() {
      for (const store of stores) await store.close();
      await server.stop();
    },
  };
}
