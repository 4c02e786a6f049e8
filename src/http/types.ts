/** Requests and responses as data: what handlers see and answer, whatever serves them. */
import type { ErrorCode } from '../errors/catalogue.js';

/**
 * Parameters of a query or form. `get` answers a value only when the name stands there exactly once, so a repeated
 * parameter is never silently the first or the last one.
 */
export interface Parameters {
  get(name: string): string | undefined;
  /** How often the name occurs. */
  count(name: string): number;
  entries(): [string, string][];
}

export interface RequestFacts {
  method: string;
  /** Decoded path without query, e.g. `/lti/login/AbC`. */
  path: string;
  /** Values of the route's `:name` and `*name` parts, each decoded; a `*name` keeps its slashes. */
  params: Readonly<Record<string, string>>;
  query: Parameters;
  /** Present for `application/x-www-form-urlencoded` bodies. */
  form?: Parameters;
  /** The files of a `multipart/form-data` body by field name; its other fields are in `form`. */
  files?: ReadonlyMap<string, UploadedFile>;
  /** Present for `application/json` bodies: parsed, not yet validated. */
  json?: unknown;
  /** Names in lower case. Repeated headers as Node joins them. */
  headers: Readonly<Record<string, string | undefined>>;
  cookies: ReadonlyMap<string, string>;
  /** UUIDv7: on the log line, in `X-Request-Id` and on the error page. */
  requestId: string;
  /** Client address, through the configured trusted proxies only. */
  address: string;
  receivedAtMs: number;
}

export interface UploadedFile {
  /** As the browser names it: for people only, never a path. */
  name: string;
  bytes: Buffer;
}

export type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>;

export interface ResponseData {
  status: number;
  /** `Content-Type` included. Security headers are added by the exchange. */
  headers?: Record<string, string | readonly string[]>;
  /** Pieces that are made one by one are sent as they come; when one fails, the connection ends without an end. */
  body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** Replaces the default policy (app profile). */
  csp?: ContentSecurityPolicy;
  /** For the log line of an answer that is an error without having been thrown. */
  code?: ErrorCode;
}

export type Handler = (request: RequestFacts) => Promise<ResponseData> | ResponseData;

/** One route: the exchange reads bodies only up to `maxBodyBytes` and only of the media types that the handler takes. */
export interface Route {
  method: 'GET' | 'POST';
  /** Express 5 path: literal segments, `:name` for one segment, a last `*name` for the rest. */
  path: string;
  /** What logs and metrics show instead of the URL. */
  template: string;
  maxBodyBytes?: number;
  /** The handler takes `multipart/form-data` too. */
  takesFiles?: true;
  /** The handler takes reports of browsers too (`application/csp-report`), as JSON. */
  takesReports?: true;
  /** Runs before the body is read and throws to refuse: a stranger shall not make us read what only an admin may send. */
  admit?(request: RequestFacts): Promise<void>;
  handler: Handler;
}
