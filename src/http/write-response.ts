import type { ServerResponse } from 'node:http';
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
  if (hasBody(answer)) response.setHeader('Content-Length', Buffer.byteLength(answer.body ?? ''));
}

/** Sends what was prepared; to HEAD without the body. */
export function sendResponse(response: ServerResponse, answer: ResponseData, { head }: { head: boolean }): void {
  if (head || !hasBody(answer)) response.end();
  else response.end(answer.body ?? '');
}

export function clearHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
}

const hasBody = ({ status }: ResponseData): boolean => status >= 200 && status !== 204 && status !== 304;
