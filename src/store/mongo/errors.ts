/**
 * What the rooms see of a failure of the database. Messages of servers and drivers quote values (a taken key) and
 * addresses with passwords, so no message and no original error goes further; names, codes and hosts do.
 */
import { AppError } from '../../errors/app-error.js';

/** What drivers and servers tell of a failure. */
interface Failure {
  name: string;
  message: string;
  code?: unknown;
  codeName?: unknown;
  path?: unknown;
  errors?: unknown;
  errorLabels?: unknown;
  originalError?: unknown;
  writeErrors?: unknown;
}

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const DUPLICATE_KEY = new Set([11000, 11001, 12582]);
const UNAUTHORISED = new Set([13, 18, 8000]);
/** Who writes now is being settled, a host is gone, a time limit passed, or a majority did not confirm in time. */
const UNAVAILABLE = new Set([
  6, 7, 50, 64, 79, 89, 91, 100, 133, 134, 189, 202, 262, 317, 358, 384, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
]);
/** Another command works on the same documents, or a transaction was given up. */
const BUSY = new Set([24, 112, 225, 246, 251, 290]);
const TOO_LARGE = new Set([17280, 10334, 17419]);
/** What servers without transactions answer: IllegalOperation, CommandNotFound, CommandNotSupported and so on. */
const NO_TRANSACTIONS = new Set([20, 59, 72, 115, 123, 238, 263, 40415]);

const UNREACHABLE_NAMES = /^Mongo(?:ose)?ServerSelectionError$|^MongoNetwork(?:Timeout)?Error$/;
const UNAVAILABLE_NAMES =
  /^(?:Mongo(?:NotConnected|TopologyClosed|ServerClosed|ClientClosed|ExpiredSession|PoolClosed|PoolCleared|WaitQueueTimeout|OperationTimeout|WriteConcern|StalePrimary|UnexpectedServerResponse|Compatibility|Transaction)Error|PoolClosedError|PoolClearedError|PoolClearedOnNetworkError|WaitQueueTimeoutError|MongooseError)$/;
const MISUSE_NAMES = /^(?:Cast|Validation|Validator|StrictMode|ObjectExpected|ObjectParameter)Error$/;

const isFailure = (thrown: unknown): thrown is Failure => thrown instanceof Error;

/** The code of the server's answer, also where the driver wraps it into an error of its own. */
function codeOf(thrown: Failure): number | undefined {
  if (typeof thrown.code === 'number') return thrown.code;
  return isFailure(thrown.originalError) ? codeOf(thrown.originalError) : undefined;
}

/** An insert of several documents fails as a whole; true when nothing but taken keys was the cause. */
function onlyDuplicates({ writeErrors }: Failure): boolean {
  return (
    !Array.isArray(writeErrors) ||
    writeErrors.every((error: { code?: unknown }) => typeof error.code === 'number' && DUPLICATE_KEY.has(error.code))
  );
}

/** A unique value is taken. */
export function isDuplicateKey(thrown: unknown): boolean {
  if (!isFailure(thrown)) return false;
  const code = codeOf(thrown);
  return code !== undefined && DUPLICATE_KEY.has(code) && onlyDuplicates(thrown);
}

/** The server does not know transactions, whatever it said about itself. */
export function isWithoutTransactions(thrown: unknown): boolean {
  if (!isFailure(thrown)) return false;
  const code = codeOf(thrown);
  return code !== undefined && NO_TRANSACTIONS.has(code);
}

/** `NotWritablePrimary (10107)`: the server's own short name, and nothing that holds values. */
function describe(failure: Failure): string {
  const code = codeOf(failure);
  const name = typeof failure.codeName === 'string' && /^\w+$/.test(failure.codeName) ? failure.codeName : failure.name;
  return code === undefined ? name : `${name} (${code})`;
}

/** Hosts and system errors help an operator; an address in the form that holds credentials loses them. */
const withoutCredentials = (message: string): string =>
  message
    .replace(/mongodb(?:\+srv)?:\/\/\S*/gi, '[address]')
    .replace(/\S*@(?=\S)/g, '')
    .slice(0, 200);

const fieldOf = ({ path, errors }: Failure): string => {
  if (typeof path === 'string') return path;
  return typeof errors === 'object' && errors !== null ? Object.keys(errors).join(', ') : 'a field';
};

/**
 * The failure as the ports promise it, or undefined when it is none of the database's (a mistake in the program).
 *
 * @returns AppError `STORE_UNAVAILABLE`, `STORE_BUSY`, `STORE_CONFLICT` (details.constraint `unique`), `INPUT_INVALID`,
 *   `INTERNAL` for an answer of the server that we do not know
 */
export function translate(thrown: unknown): AppError | undefined {
  if (thrown instanceof AppError) return thrown;
  if (!isFailure(thrown)) return undefined;
  if (isDuplicateKey(thrown)) {
    return new AppError('STORE_CONFLICT', { reason: 'a unique value is taken', details: { constraint: 'unique' } });
  }
  const code = codeOf(thrown);
  if (code !== undefined && UNAUTHORISED.has(code)) {
    return new AppError('STORE_UNAVAILABLE', { reason: `the database refuses this user: ${describe(thrown)}` });
  }
  if (UNREACHABLE_NAMES.test(thrown.name)) {
    return new AppError('STORE_UNAVAILABLE', {
      reason: `the database cannot be reached: ${withoutCredentials(thrown.message)}`,
    });
  }
  if (code !== undefined && UNAVAILABLE.has(code)) {
    return new AppError('STORE_UNAVAILABLE', { reason: `the database cannot do this now: ${describe(thrown)}` });
  }
  const transient = Array.isArray(thrown.errorLabels) && thrown.errorLabels.includes('TransientTransactionError');
  if (transient || (code !== undefined && BUSY.has(code))) {
    return new AppError('STORE_BUSY', { reason: `others work on the same documents: ${describe(thrown)}` });
  }
  if (code !== undefined && TOO_LARGE.has(code)) {
    return new AppError('INPUT_INVALID', { reason: `too large to be stored: ${describe(thrown)}` });
  }
  if (MISUSE_NAMES.test(thrown.name)) {
    return new AppError('INPUT_INVALID', { reason: `a value does not fit the schema: ${fieldOf(thrown)}` });
  }
  if (UNAVAILABLE_NAMES.test(thrown.name)) return new AppError('STORE_UNAVAILABLE', { reason: describe(thrown) });
  if (!/^Mongo/.test(thrown.name)) return undefined;
  return new AppError('INTERNAL', { reason: `the database answered ${describe(thrown)}` });
}
