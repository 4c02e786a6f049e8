import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { appPolicy, policyHeader } from './security-headers.js';
import type { ResponseData } from './types.js';

export interface WriteOptions {
  requestId: string;
  setSecurityHeaders(response: ServerResponse): void;
}

/** Puts an answer's status and headers on the response. Throws when a header's value cannot be sent. */
export function prepareResponse(response: ServerResponse, answer: ResponseData, options: WriteOptions): void {
  response.statusCode = answer.status;
  options.setSecurityHeaders(response);
  response.setHeader('Content-Security-Policy', policyHeader(answer.csp ?? appPolicy));
  response.setHeader('X-Request-Id', options.requestId);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  const { body = '' } = answer;
  if (hasBody(answer) && isWhole(body)) response.setHeader('Content-Length', Buffer.byteLength(body));
}

/**
 * Sends what was prepared; to HEAD without the body. A body that comes in pieces is sent at the client's pace: the
 * promise resolves at its end, and rejects when the pieces or the client fail.
 */
export function sendResponse(
  response: ServerResponse,
  answer: ResponseData,
  { head }: { head: boolean },
): Promise<void> | undefined {
  const { body = '' } = answer;
  if (head || !hasBody(answer)) response.end();
  else if (isWhole(body)) response.end(body);
  else return pipeline(Readable.from(body), response);
  return undefined;
}

export function clearHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
}

const isWhole = (body: NonNullable<ResponseData['body']>): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

const hasBody = ({ status }: ResponseData): boolean => status >= 200 && status !== 204 && status !== 304;
