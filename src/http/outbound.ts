/**
 * The way out for requests whose address somebody else chose: key sets, registrations, platform services. Checked and
 * pinned addresses, no redirects, one limit each on time and size. The only file that imports undici.
 */
import { Agent, request as undiciRequest, type Dispatcher } from 'undici';
import { AppError, isAppError } from '../errors/app-error.js';
import { createAddressGuard, resolveAll, type Lookup } from './guarded-lookup.js';

export interface OutboundOptions {
  /** Allows `http:` URLs. */
  dangerouslyAllowHttp: boolean;
  /** Allows loopback, `*.localhost` and private addresses. */
  dangerouslyAllowPrivateAddresses: boolean;
  /** For a whole request, name resolution and body included. */
  timeoutMs: number;
  /** The largest response body, unless a request asks for less or more. */
  maxBytes: number;
  /** Name resolution; the system's by default. */
  lookup?: Lookup;
}

export interface OutboundRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Hosts that may be asked, as `URL.host` writes them: lower case, with the port unless it is the scheme's own. */
  allowedHosts?: readonly string[];
  maxBytes?: number;
}

export interface OutboundResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export interface Outbound {
  /**
   * Any answer with a status, redirects included: they are not followed. Throws OUTBOUND_REFUSED (before anything is
   * sent), OUTBOUND_TIMEOUT or OUTBOUND_FAILED (no connection, too large).
   */
  request(url: string | URL, options?: OutboundRequest): Promise<OutboundResponse>;
  /** The parsed body of a 200. Other statuses and bodies that are not JSON throw OUTBOUND_FAILED. */
  getJson(url: string | URL, options?: Pick<OutboundRequest, 'allowedHosts' | 'maxBytes'>): Promise<unknown>;
  /** Ends idle connections. */
  close(): Promise<void>;
}

const CONNECTIONS_PER_ORIGIN = 8;

export function createOutbound(options: OutboundOptions): Outbound {
  const { timeoutMs, dangerouslyAllowHttp, dangerouslyAllowPrivateAddresses: allowPrivate } = options;
  const guard = createAddressGuard({ lookup: options.lookup ?? resolveAll, allowPrivate });
  const agent = new Agent({
    connect: { lookup: guard.lookup, timeout: timeoutMs },
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });

  const checkUrl = (input: string | URL, allowedHosts: readonly string[] | undefined): URL => {
    const url = parseUrl(input);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && dangerouslyAllowHttp))
      throw refused('it is not https');
    if (url.username !== '' || url.password !== '') throw refused('it holds credentials');
    if (allowedHosts && !allowedHosts.includes(url.host)) throw refused('its host is not on the list');
    guard.checkHost(url.hostname);
    return url;
  };

  const request = async (input: string | URL, wanted: OutboundRequest = {}): Promise<OutboundResponse> => {
    const url = checkUrl(input, wanted.allowedHosts);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await undiciRequest(url, {
        dispatcher: agent,
        signal,
        method: wanted.method ?? 'GET',
        // A compressed body could be small on the way and huge here.
        headers: { accept: 'application/json', 'accept-encoding': 'identity', ...wanted.headers },
        ...(wanted.body !== undefined && { body: wanted.body }),
      });
      const body = await readWithin(response.body, wanted.maxBytes ?? options.maxBytes);
      return { status: response.statusCode, headers: response.headers, body };
    } catch (error) {
      throw toOutboundError(error, signal.aborted);
    }
  };

  return {
    request,
    async getJson(url, wanted = {}) {
      const { status, body } = await request(url, wanted);
      if (status !== 200) throw failure('the status is not 200', { status });
      return parseJson(body);
    },
    close: () => agent.close(),
  };
}

/** The media type is not asked for: Moodle sends JSON as text/html. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the body.
    throw failure('the body is not JSON');
  }
}

async function readWithin(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop early destroys the body and with it the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw failure('the body is too large', { maxBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseUrl(input: string | URL): URL {
  if (input instanceof URL) return input;
  if (!URL.canParse(input)) throw refused('it is not a URL');
  return new URL(input);
}

const refused = (reason: string): AppError =>
  new AppError('OUTBOUND_REFUSED', { reason: `the URL was refused: ${reason}` });

const failure = (reason: string, details: Record<string, number> = {}): AppError =>
  new AppError('OUTBOUND_FAILED', { reason, details });

function toOutboundError(error: unknown, timedOut: boolean): AppError {
  if (isAppError(error)) return error;
  const { code } = error as { code?: unknown };
  const late = timedOut || (typeof code === 'string' && /TIMEOUT|ETIMEDOUT/.test(code));
  if (late) return new AppError('OUTBOUND_TIMEOUT', { cause: error });
  return new AppError('OUTBOUND_FAILED', { reason: 'no connection, or not HTTP', cause: error });
}
