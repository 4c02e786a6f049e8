import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import { toAppError, type AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import { newUuid } from '../runtime/ids.js';
import type { Random } from '../runtime/random.js';
import type { ClientAddress } from './client-address.js';
import { emptyTarget, parseTarget } from './target.js';
import type { RequestFacts } from './types.js';

export interface FactsDependencies {
  clock: Clock;
  random: Random;
  addressOf: ClientAddress;
}

/**
 * What a request says before its body is read. Facts exist for every request, so that even a malformed one gets an
 * error page with a request id; `problem` is then what is wrong with it.
 */
export function readFacts(
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  { clock, random, addressOf }: FactsDependencies,
): { facts: RequestFacts; problem?: AppError } {
  let target = emptyTarget;
  let problem: AppError | undefined;
  try {
    target = parseTarget(urlOf(request));
  } catch (error) {
    problem = toAppError(error);
  }
  const facts: RequestFacts = {
    method: request.method ?? 'GET',
    path: target.path,
    params,
    query: target.query,
    headers: headersOf(request),
    cookies: cookiesOf(request.headers.cookie),
    requestId: newUuid({ clock, random }),
    address: addressOf(request),
    receivedAtMs: clock.nowMs(),
  };
  return problem ? { facts, problem } : { facts };
}

/** Express shortens `url` for handlers below a mount point and keeps the whole one here. */
const urlOf = (request: IncomingMessage & { originalUrl?: string }): string =>
  request.originalUrl ?? request.url ?? '/';

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  const copy = Object.create(null) as Record<string, string | undefined>;
  for (const name in headers) {
    const value = headers[name];
    copy[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return copy;
}

const noCookies: ReadonlyMap<string, string> = new Map();

function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  if (header === undefined) return noCookies;
  const entries = Object.entries(parseCookie(header));
  return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
