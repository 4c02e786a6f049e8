/** Runs API calls: one action, or a multirequest whose items refer to each other's results. */
import type { Action, Actions, Access } from './actions/types.js';
import { ApiException, exceptionBody } from './api-error.js';
import { emptyParameters, integer, isObject, object, text, type Parameters } from './parameters.js';
import { orInvalidKs, type Session, type Sessions } from './sessions.js';

export interface ApiRequest {
  service: string;
  action: string;
  parameters: Parameters;
  base: string;
  /** For KSs that are bound to an address or a path. */
  from: { address: string; uri: string };
}

/** Answers what goes on the wire as JSON; never throws an `ApiException`. */
export type Dispatch = (request: ApiRequest) => unknown;

const MAX_ITEMS = 50;
const RESULT_TOKEN = /^\{([0-9]+):result(?::(.*))?\}$/;

function mayCall(session: Session, access: Access): boolean {
  if (access === 'open' || access === 'playback') return true;
  const restricted = session.isWidget || session.role !== undefined;
  return !restricted && (access === 'user' || session.isAdmin);
}

function find(actions: Actions, service: string, action: string): Action {
  const key = `${service}.${action}`.toLowerCase();
  if (Object.hasOwn(actions, key)) return actions[key]!;
  if (Object.keys(actions).some((each) => each.startsWith(`${service.toLowerCase()}.`))) {
    throw new ApiException('ACTION_DOES_NOT_EXISTS', { ACTION_NAME: action, SERVICE_NAME: service });
  }
  throw new ApiException('SERVICE_DOES_NOT_EXISTS', { SRV_NAME: service });
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null && each !== undefined)
      .map(([name, each]) => [name, withoutNulls(each)]),
  );
}

/** Keeps only the fields that a response profile names, in each object of a list or in the object itself. */
function profiled(result: unknown, parameters: Parameters): unknown {
  const profile = object(parameters, 'responseProfile');
  const fields = new Set((text(profile, 'fields') ?? '').split(',').map((name) => name.trim()));
  const type = integer(profile, 'type');
  if ((type !== 1 && type !== 2) || !isObject(result)) return result;
  const keeps = (name: string): boolean => name === 'objectType' || fields.has(name) === (type === 1);
  const cut = (each: unknown): unknown =>
    isObject(each) ? Object.fromEntries(Object.entries(each).filter(([name]) => keeps(name))) : each;
  return Array.isArray(result.objects) ? { ...result, objects: result.objects.map(cut) } : cut(result);
}

function resultAt(result: unknown, path: string | undefined): unknown {
  let at = result;
  for (const part of (path ?? '').split(':').filter((each) => each !== '')) {
    if (Array.isArray(at)) at = at[Number(part)] as unknown;
    else if (isObject(at) && Object.hasOwn(at, part)) at = at[part];
    else return undefined;
  }
  return at;
}

/** Tokens count from 1, whatever key the first item has. A token that leads nowhere stays as it is. */
function withResults(value: unknown, results: readonly unknown[]): unknown {
  if (typeof value === 'string') {
    const match = RESULT_TOKEN.exec(value);
    return match ? (resultAt(results[Number(match[1]) - 1], match[2]) ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((each) => withResults(each, results));
  if (!isObject(value)) return value;
  const target = emptyParameters();
  for (const [name, each] of Object.entries(value)) target[name] = withResults(each, results);
  return target;
}

export function createDispatch({ actions, sessions }: { actions: Actions; sessions: Sessions }): Dispatch {
  const run = ({ service, action, parameters, base, from }: ApiRequest): unknown => {
    const found = find(actions, service, action);
    const ks = text(parameters, 'ks') ?? '';
    let session: Session | undefined;
    if (ks !== '') {
      const opened = sessions.open(ks, from);
      if (found.access !== 'open') session = orInvalidKs(opened, ks);
      else if (typeof opened !== 'string') session = opened;
    }
    if (found.access !== 'open') {
      if (!session) throw new ApiException('MISSING_KS');
      if (!mayCall(session, found.access)) {
        throw new ApiException('SERVICE_FORBIDDEN', { SERVICE: `${service.toLowerCase()}->${action}` });
      }
    }
    return withoutNulls(profiled(found.run({ parameters, session, base }), parameters));
  };

  const guarded = (request: ApiRequest): unknown => {
    try {
      return run(request);
    } catch (error) {
      if (error instanceof ApiException) return exceptionBody(error);
      throw error;
    }
  };

  const multirequest = (request: ApiRequest): unknown => {
    const { parameters, base, from } = request;
    const keys = Object.keys(parameters)
      .filter((key) => /^[0-9]+$/.test(key))
      .map(Number)
      .sort((a, b) => a - b)
      .slice(0, MAX_ITEMS);
    const results: unknown[] = [];
    for (const key of keys) {
      const inherited = emptyParameters();
      for (const name of ['ks', 'partnerId', 'clientTag']) {
        if (parameters[name] !== undefined) inherited[name] = parameters[name];
      }
      const own = withResults(object(parameters, String(key)), results) as Parameters;
      results.push(
        guarded({
          service: text(own, 'service') ?? '',
          action: text(own, 'action') ?? '',
          parameters: Object.assign(inherited, own),
          base,
          from,
        }),
      );
    }
    return results;
  };

  return (request) => (request.service.toLowerCase() === 'multirequest' ? multirequest(request) : guarded(request));
}
