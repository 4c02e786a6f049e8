import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { AppError, isAppError } from '../errors/app-error.js';
import { parametersOf, parseParameters } from './parameters.js';
import type { Parameters, UploadedFile } from './types.js';

/** Read at most this much unless the route says otherwise: several times the largest launch seen. */
export const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/** Of a form with files: more than any of ours has. */
const MAX_FIELDS = 100;
const MAX_FILES = 4;

export interface ReadBody {
  form?: Parameters;
  files?: ReadonlyMap<string, UploadedFile>;
  json?: unknown;
}

/** The client went away before its request was complete: nobody is left to be told. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a form or JSON body; with `takesFiles` also a form with files. Throws INPUT_MEDIA_TYPE (other types, other charsets, compressed bodies),
 * INPUT_TOO_LARGE, INPUT_INVALID (not UTF-8, malformed) or `ClientGone`.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, takesFiles, takesReports = false }: { maxBytes: number; takesFiles: boolean; takesReports?: boolean },
): Promise<ReadBody> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return {};
  if (headers['content-length'] === '0') return {};
  const type = mediaType(headers['content-type'], { takesFiles, takesReports });
  if (type === undefined || (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new AppError('INPUT_MEDIA_TYPE', { reason: 'the body is neither a form nor JSON in plain UTF-8' });
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await collect(request, maxBytes);
  if (type === 'multipart') return parseMultipart(bytes, headers['content-type'] ?? '');
  const text = decode(bytes);
  return type === 'form' ? { form: parseParameters(text) } : { json: parseJson(text) };
}

function mediaType(
  header = '',
  { takesFiles, takesReports }: { takesFiles: boolean; takesReports: boolean },
): 'form' | 'json' | 'multipart' | undefined {
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  if (takesFiles && type.trim() === 'multipart/form-data') return 'multipart';
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  if (type.trim() === 'application/x-www-form-urlencoded') return 'form';
  if (takesReports && type.trim() === 'application/csp-report') return 'json';
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

/** Every part with a file name is a file; of several files under one name the last one counts. */
function parseMultipart(bytes: Buffer, contentType: string): Promise<ReadBody> {
  const malformed = (cause: unknown): AppError =>
    isAppError(cause) ? cause : new AppError('INPUT_INVALID', { reason: 'the form is malformed' });
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = [];
    const files = new Map<string, UploadedFile>();
    const parser = multipartParser(contentType);
    parser.on('field', (name, value) => {
      if (value.includes('\0')) parser.destroy(new AppError('INPUT_INVALID', { reason: 'a NUL character' }));
      fields.push([name, value]);
    });
    // A part of the type `application/octet-stream` is a file without having a name, whatever the types say.
    parser.on('file', (field, stream, name: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => files.set(field, { name: name ?? '', bytes: Buffer.concat(chunks) }));
      stream.on('error', (error) => parser.destroy(error));
    });
    parser.on('error', (error) => reject(malformed(error)));
    parser.on('finish', () => resolve({ form: parametersOf(fields), files }));
    parser.end(bytes);
  });
}

function multipartParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: { fields: MAX_FIELDS, files: MAX_FILES } });
  } catch {
    throw new AppError('INPUT_INVALID', { reason: 'the form is malformed' });
  }
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
