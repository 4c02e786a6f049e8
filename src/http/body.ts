import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error.js';
import { parseParameters } from './parameters.js';
import type { Parameters } from './types.js';

/** Read at most this much unless the route says otherwise: several times the largest launch seen. */
export const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

export interface ReadBody {
  form?: Parameters;
  json?: unknown;
}

/** The client went away before its request was complete: nobody is left to be told. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a form or JSON body. Throws INPUT_MEDIA_TYPE (other types, other charsets, compressed bodies),
 * INPUT_TOO_LARGE, INPUT_INVALID (not UTF-8, malformed) or `ClientGone`.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return {};
  if (headers['content-length'] === '0') return {};
  const type = mediaType(headers['content-type']);
  if (type === undefined || (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new AppError('INPUT_MEDIA_TYPE', { reason: 'the body is neither a form nor JSON in plain UTF-8' });
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const text = decode(await collect(request, maxBytes));
  return type === 'form' ? { form: parseParameters(text) } : { json: parseJson(text) };
}

function mediaType(header = ''): 'form' | 'json' | undefined {
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  if (type.trim() === 'application/x-www-form-urlencoded') return 'form';
  return type.trim() === 'application/json' ? 'json' : undefined;
}

const tooLarge = (maxBytes: number): AppError => new AppError('INPUT_TOO_LARGE', { details: { maxBytes } });

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const gone = (): void => settle(() => reject(new ClientGone()));
    const settle = (finish: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', gone).off('error', gone);
      // A reset after this point would otherwise be an error event that nobody listens to, and end the process.
      request.on('error', () => undefined);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      // The rest flows away unread: a client that is still sending could not read the answer on a closed connection.
      settle(() => reject(tooLarge(maxBytes)));
      request.resume();
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    request.on('data', onData).on('end', onEnd).on('close', gone).on('error', gone);
  });
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new AppError('INPUT_INVALID', { reason: 'the body is not UTF-8' });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new AppError('INPUT_INVALID', { reason: 'the body is not JSON' });
  }
}
